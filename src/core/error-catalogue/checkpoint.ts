/** Error codes of checkpoints and tokenizers. */
import type { CatalogueEntry } from './entry.js';

export const checkpointErrors = {
  CHECKPOINT_FILE_MISSING: {
    summary: 'A file of the model folder is missing, unreadable or not a plain file.',
    hint: 'Give the folder of a Hugging Face X-CLIP checkpoint: config.json, preprocessor_config.json, model.safetensors (or pytorch_model.bin) and the tokenizer files.',
  },
  CHECKPOINT_ARCHITECTURE_UNKNOWN: {
    summary: 'The model folder holds something other than an X-CLIP model.',
    hint: 'Only checkpoints whose config.json says `"model_type": "xclip"` can be loaded.',
  },
  CHECKPOINT_CONFIG_INVALID: {
    summary: 'config.json or preprocessor_config.json holds a value that cannot be right or is not supported.',
    hint: 'Compare the named field with the checkpoint as published.',
  },
  CHECKPOINT_HEADER_INVALID: {
    summary: 'The header of a safetensors file, or the index of its shards, cannot be read.',
    hint: 'The file is damaged or not a safetensors file: download it again.',
  },
  CHECKPOINT_ARCHIVE_INVALID: {
    summary:
      'A PyTorch file (pytorch_model.bin, .pth) is not the plain zip archive that `torch.save` writes, or is damaged.',
    hint: 'Download it again; a file of a PyTorch before 1.6 must be loaded and saved once with a newer one.',
  },
  CHECKPOINT_PICKLE_REFUSED: {
    summary: 'A PyTorch file asks for something that a file of weights has no need of. Nothing of it was run.',
    hint: 'Do not load this file with other programs unless you know who made it; take model.safetensors of the same checkpoint.',
  },
  CHECKPOINT_TENSOR_MISSING: {
    summary: 'The weights lack a tensor that config.json calls for.',
    hint: 'The weights belong to another model, or the file is incomplete: download the checkpoint again.',
  },
  CHECKPOINT_TENSOR_SHAPE: {
    summary: 'A tensor has another shape than config.json calls for.',
    hint: 'config.json and the weights belong to different models: take both from the same checkpoint.',
  },
  CHECKPOINT_TENSOR_DTYPE: {
    summary: 'A tensor has an element type that is not supported.',
    hint: 'Weights must be F32, F16 or BF16.',
  },
  CHECKPOINT_TENSOR_RANGE: {
    summary: 'The bytes of a tensor lie outside the file, overlap another tensor or do not fit its shape.',
    hint: 'The file is truncated or damaged: download it again.',
  },
  CHECKPOINT_NOT_FINITE: {
    summary: 'A weight is NaN or infinite.',
    hint: 'The checkpoint is damaged, or its training failed: take another one.',
  },
  CHECKPOINT_HALF_RANGE: {
    summary: 'A weight is too large for half precision.',
    hint: 'Run this checkpoint with `--precision fp32` or `int8`.',
  },
  CHECKPOINT_GRAPHS_UNWRITABLE: {
    summary: 'The ONNX graphs could not be written.',
    hint: 'Give a folder that can be written to, with room for the weights where they cannot be linked.',
  },
  TOKENIZER_INVALID: {
    summary: 'The tokenizer files are missing or cannot be used.',
    hint: 'The model folder needs tokenizer.json, or vocab.json and merges.txt, as published with the checkpoint.',
  },
  TOKENIZER_TEXT_INVALID: {
    summary: 'A text cannot be turned into token ids.',
    hint: 'Give at least one text.',
  },
} as const satisfies Record<string, CatalogueEntry>;
