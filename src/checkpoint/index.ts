/** What the rest of the program may use of this folder: a Hugging Face X-CLIP checkpoint becomes ONNX graphs and token ids. */
export { describeCheckpoint, type CheckpointDescription } from './describe.js';
export { openCheckpoint, type Checkpoint } from './open-checkpoint.js';
export type { XClipConfig } from './config.js';
export type { CheckpointPreparation } from './preparation.js';
export type { TensorEntry, TensorIndex } from './tensor-index.js';
export { writeGraphs, type GraphFiles } from './write-graphs.js';
export { openTokenizer, type TokenBatch, type Tokenizer } from './tokenizer.js';
