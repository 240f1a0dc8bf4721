/**
 * The catalogue of error codes: one line each, `summary` (what it means) and `hint` (what to do).
 * Codes are stable: never renamed, never reused. docs/errors.md repeats this table and a test compares both ways.
 */
interface CatalogueEntry {
  readonly summary: string;
  readonly hint: string;
}

const catalogue = {
  INTERNAL: {
    summary: 'A fault of the program itself.',
    hint: 'Please report it with the log around it.',
  },
  OPTION_INVALID: {
    summary: 'A command-line option or configuration value is not acceptable.',
    hint: 'Run `actionwire --help` for the accepted values.',
  },
  // --- stream
  SOURCE_INVALID: {
    summary: 'The text given for a source is not one of the accepted forms.',
    hint: 'See docs/sources.md for every form; percent-encode `/`, `?` and `#` in a password.',
  },
  SOURCE_NOT_ALLOWED: {
    summary: 'Sources of this kind are not allowed by the configuration.',
    hint: 'Allow the kind explicitly, or use another source.',
  },
  SOURCE_AUTH: {
    summary: 'The source refused the user name, the password or the access rights.',
    hint: 'Check the credentials in the URL, or the permissions of the file or device.',
  },
  SOURCE_NOT_FOUND: {
    summary: 'There is no such file, device or stream.',
    hint: 'Check the path; for a camera, try the URL in a video player.',
  },
  SOURCE_UNREACHABLE: {
    summary: 'The host of the source cannot be reached or closed the connection.',
    hint: 'Check the address, the port, the network and whether the camera is on.',
  },
  SOURCE_TIMEOUT: {
    summary: 'The source accepted the connection but showed nothing in time.',
    hint: 'Check the camera, or allow more time to open the source.',
  },
  SOURCE_STALLED: {
    summary: 'The source is connected but shows no new picture.',
    hint: 'Check the camera and the network; the program reconnects by itself.',
  },
  SOURCE_CODEC: {
    summary: 'The video is in a format this build cannot decode.',
    hint: 'Set the camera to H.264, or convert the file.',
  },
  SOURCE_CORRUPT: {
    summary: 'The data of the source is damaged, cut off or empty.',
    hint: 'Check that the file plays elsewhere and was copied completely.',
  },
  SOURCE_ENDED: {
    summary: 'A live source closed the stream.',
    hint: 'Nothing to do when it comes back by itself; else check the camera.',
  },
  SOURCE_CRASHED: {
    summary: 'The process that decodes the stream died or stopped answering.',
    hint: 'Other streams are not affected. If it happens again and again, please report it with the kind of source.',
  },
  SOURCE_UNSUPPORTED: {
    summary: 'The source is not a video of a kind that is accepted there.',
    hint: 'See docs/sources.md for the accepted containers and protocols.',
  },
  SOURCE_TOO_SHORT: {
    summary: 'The recording ended before it had shown one whole window of frames.',
    hint: 'Use a longer recording, or a higher --fps.',
  },
  // --- checkpoint
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
  // --- pull
  HUB_UNREACHABLE: {
    summary: 'The hub cannot be reached, or breaks off again and again.',
    hint: 'Check the network and HF_ENDPOINT and run the command again: it goes on where it stopped.',
  },
  HUB_ACCESS_DENIED: {
    summary: 'The hub refuses access: the model does not exist, is private, or its terms must be accepted first.',
    hint: 'Check the id; for a private or gated model set HF_TOKEN to a token that may read it.',
  },
  HUB_NOT_FOUND: {
    summary: 'The hub has no such model, revision or file.',
    hint: 'Check the id (owner/name) and --revision.',
  },
  HUB_ANSWER_INVALID: {
    summary: 'What the hub answers is not what its protocol says.',
    hint: 'Check HF_ENDPOINT: it must be the hub or a full mirror of it.',
  },
  HUB_FILES_MISSING: {
    summary: 'The model on the hub lacks files that an X-CLIP needs.',
    hint: 'Choose a model that has config.json, preprocessor_config.json, a tokenizer and weights.',
  },
  HUB_HASH_MISMATCH: {
    summary: 'A downloaded file is not the one that the hub lists; it was deleted.',
    hint: 'Run the command again; if it happens again, the mirror or the network changes files.',
  },
  HUB_DISK_FULL: {
    summary: 'There is not enough room on the disk for the model.',
    hint: 'Make room, or set ACTIONWIRE_CACHE_DIR to a folder on another disk; what was downloaded is kept.',
  },
  HUB_OFFLINE: {
    summary: 'The model is not in the cache, and the hub may not be asked.',
    hint: 'Run the command once without --offline.',
  },
  // --- infer
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
  // --- evaluate
  EVALUATION_LIST_INVALID: {
    summary: 'The list of clips to evaluate cannot be read or is of no known form.',
    hint: 'docs/evaluation.md shows the forms: `path label` lines, split files of UCF101 or HMDB51, or a folder for each class.',
  },
  EVALUATION_LABEL_UNKNOWN: {
    summary: 'Clips of the list have labels that the model is not choosing from.',
    hint: "Choose from the data set's own with `--labels dataset`, give a label set with `--labels`, or translate with `--map`.",
  },
  EVALUATION_NOTHING_READ: {
    summary: 'Not one clip of the list could be read.',
    hint: 'Name the folder that the paths of the list begin at with `--root`.',
  },
  EVALUATION_RESULTS_INVALID: {
    summary: 'The file given to `--resume` holds no results, or results of another model, label set or protocol.',
    hint: 'Go on with the options it was made with, or name a new file.',
  },
  EVALUATION_OUTPUT_UNWRITABLE: {
    summary: 'A file that the evaluation was told to write cannot be written.',
    hint: 'Check that its folder exists, may be written to and has room.',
  },
  // --- events
  // --- ws
  WS_MESSAGE_INVALID: {
    summary: 'A subscriber sent something that is not a message of the protocol.',
    hint: 'Send one JSON object per text frame, as docs/protocol.md shows.',
  },
  WS_TOO_MANY_MESSAGES: {
    summary: 'A subscriber sent more messages than allowed and was disconnected.',
    hint: 'Send fewer messages; invalid ones count ten times.',
  },
  WS_TOO_MANY_CLIENTS: {
    summary: 'As many subscribers are connected as the server accepts.',
    hint: 'Close another page or client, or raise the limit.',
  },
  WS_SLOW_CONSUMER: {
    summary: 'A subscriber read so slowly that its queue was full, and was disconnected.',
    hint: 'Reconnect; subscribe to fewer streams or without scores if it happens again.',
  },
  WS_PATH_UNKNOWN: {
    summary: 'There is no WebSocket under this path.',
    hint: 'Connect to the path /ws.',
  },
  WS_ORIGIN_REFUSED: {
    summary: 'A web page of another site asked for a connection.',
    hint: 'Open the page that this server serves, or add the site to the allowed origins.',
  },
  // --- http
  HTTP_PORT_IN_USE: {
    summary: 'Another program already listens on this port.',
    hint: 'Choose another port with --port, or 0 for any free one.',
  },
  HTTP_LISTEN_FAILED: {
    summary: 'The server could not listen on this address.',
    hint: 'Check --host and --port: the address must belong to this machine and ports below 1024 need privileges.',
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;

export const errorCatalogue: Readonly<Record<ErrorCode, CatalogueEntry>> = catalogue;
