/** Error codes of models, labels and inference. */
import type { CatalogueEntry } from './entry.js';

export const inferErrors = {
  MODEL_NOT_FOUND: {
    summary: 'There is no model at that path.',
    hint: 'Give a folder with config.json, preprocessor_config.json, the tokenizer files and weights (docs/models.md lists them), or the id of a model fetched with `actionwire model pull`.',
  },
  MODEL_MANIFEST_INVALID: {
    summary: 'The manifest.json of the model folder is not acceptable.',
    hint: 'Compare it with the table of fields in docs/models.md.',
  },
  MODEL_LABELS_INVALID: {
    summary: 'The label set is missing, too small (one label), too large or has empty or repeated labels.',
    hint: 'Put one label a line in labels.txt, or pass the labels as an option.',
  },
  MODEL_CACHE_UNWRITABLE: {
    summary: 'The cache, where generated ONNX graphs and pulled models are kept, cannot be written.',
    hint: 'Set ACTIONWIRE_CACHE_DIR to a folder that this user may write.',
  },
  PROVIDER_UNAVAILABLE: {
    summary: 'The execution provider that was asked for does not work on this machine.',
    hint: 'Install what the message names, or use the provider `auto` or `cpu`.',
  },
  PRECISION_UNAVAILABLE: {
    summary: 'The execution provider that was asked for cannot compute in this precision.',
    hint: 'int8 runs on `--provider cpu` alone, fp16 on devices that have half precision (WebGPU: shader-f16), fp32 everywhere.',
  },
  WINDOW_INVALID: {
    summary: 'A window does not have the shape that the model needs.',
    hint: 'Prepare the frames with the sizes of the model that scores them.',
  },
  INFERENCE_FAILED: {
    summary: 'ONNX Runtime could not load or run the model.',
    hint: 'The cause names the operator or the resource; with little memory, use a smaller model, fewer labels or a smaller `--batch`.',
  },
  INFERENCE_WORKER_CRASHED: {
    summary: 'The inference process ended or stopped answering; its window is lost and it is started again.',
    hint: 'Look for memory exhaustion (the process may have been killed or swapped out) or a faulty GPU driver.',
  },
  INFERENCE_GAVE_UP: {
    summary: 'The inference process crashed or hung again soon after its restart, so it is not started a third time.',
    hint: 'Look for memory exhaustion or a faulty GPU driver; try the provider `cpu`.',
  },
  INFERENCE_OVERLOADED: {
    summary: 'A warning: many windows of the live streams are dropped, because inference cannot keep up.',
    hint: 'Use a larger `--stride`, `--mode streaming`, `--max-windows` for less important streams, or fewer streams (docs/cameras.md).',
  },
  ENGINE_CLOSED: {
    summary: 'A window was given to an engine that is closed.',
    hint: 'Stop the streams before closing the engine.',
  },
  STREAM_UNKNOWN: {
    summary: 'There is no stream of that name.',
    hint: 'GET /api/streams lists the streams with their names.',
  },
  STREAMS_FULL: {
    summary: 'There are as many streams as one program may have.',
    hint: 'Remove a stream first, or start a second program.',
  },
  STREAMS_ENDED: {
    summary: 'All streams have ended, or this is a replay: none can be added.',
    hint: 'Start the program with --allow-control: then it waits for further streams.',
  },
  LABELS_BUSY: {
    summary: 'The labels of this stream are being replaced already.',
    hint: 'Wait for the answer to the earlier request, then ask again.',
  },
  TAUGHT_INVALID: {
    summary: 'A file of taught clips cannot be read or is not one.',
    hint: 'Give a file that `actionwire model teach` has written, or teach again.',
  },
  TAUGHT_OTHER_MODEL: {
    summary: 'The clips were taught to another model or other weights; embeddings of one say nothing to another.',
    hint: 'Run the model that they were taught to, or teach the clips to this one.',
  },
  TAUGHT_UNWRITABLE: {
    summary: 'The file of taught clips cannot be written.',
    hint: 'Name a file in a folder that this user may write, with --out.',
  },
  TEACH_CLIPS_INVALID: {
    summary: 'The clips to teach are not acceptable: none, unreadable, or one clip for two labels.',
    hint: 'Give "label=clip,clip" with --class, or a folder with a folder of clips for each label.',
  },
} as const satisfies Record<string, CatalogueEntry>;
