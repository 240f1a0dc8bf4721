/** What the rest of the program may use of this folder: a Hugging Face X-CLIP checkpoint becomes ONNX graphs and token ids. */
export { openCheckpoint, type Checkpoint } from './open-checkpoint.js';
export { describeCheckpoint, type CheckpointDescription } from './describe.js';
export { streamSizes, type StreamSizes } from './stream-state.js';
export { int8Probe, int8ProbeGraph } from './graph/int8-probe.js';
export { writeGraphs, type GraphFiles } from './write-graphs.js';
export { openTokenizer, type Tokenizer } from './tokenizer.js';
