/** What the rest of the program may use of this folder: models of the Hugging Face hub, fetched once and kept. */
export { pullModel, type PulledModel } from './pull-model.js';
export { defaultModel, readPullOptions, type PullFlags } from './options.js';
export { findPulled } from './snapshot.js';
export type { Progress } from './fetch-file.js';
