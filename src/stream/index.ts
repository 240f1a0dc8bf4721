/** Pixels in, windows out: sources, decoding in a process of its own, sampling, preparation, and the sliding window. */
export { parseSource, type SourceDefaults } from './source-spec.js';
export { sourceKinds, type SourceKind, type SourceSpec } from './source-type.js';
export { openStream, streamStats, type ActionStream } from './open-stream.js';
export { streamDefaults, type StreamOptions } from './stream-options.js';
export { hwaccelChoices, type HwaccelChoice } from './hwaccel.js';
export { colorMatrices } from './protocol.js';
export type { StreamStats } from './stream-stats.js';
export { AllowList, defaultAllowList } from './guard/allow-list.js';
export { mustBeAllowed } from './guard/check-source.js';
export { readPictures, type ReadOptions } from './read-pictures.js';
export { freeOffset, staggerFrames } from './stagger.js';
export { slidingWindow, Windower, type SlidingWindowOptions } from './sliding-window.js';
export { FrameRing } from './frame-ring.js';
export { canMove, isFinal } from './stream-state.js';
export { failureKinds, type FailureKind } from './failure.js';
export { PublisherDesk, type DeskOptions } from './whip/publisher-desk.js';
