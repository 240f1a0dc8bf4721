/** What the rest of the program may use of this folder: a model folder, the engine that runs it, and the two ways to use it in a stream. */
export { Agreement, type AgreementReport } from './agreement.js';
export { classifyAll } from './classify-all.js';
export { classifyLatest } from './classify-latest.js';
export { Engine, type EngineOptions, type EngineStats } from './engine.js';
export type { InferenceResult } from './inference-result.js';
export { isLabelSet, labelSetNames, parseLabels, readLabelSet } from './label-sets.js';
export { limitWindows } from './limit-windows.js';
export { loadModel, type LoadedModel, type ModelOptions } from './load-model.js';
export { mustHaveProvider } from './must-have-provider.js';
export { providerChoices, type ProviderChoice } from './provider.js';
export type { Scorer } from './scorer.js';
