/** What the rest of the program needs to know of a loaded model: sizes from config.json, defaults from its manifest. */
export interface ModelInfo {
  readonly name: string;
  /** Frames per window, T. */
  readonly frameCount: number;
  /** Sampling rate the model was trained for, frames per second; at most `maxFps`. */
  readonly fps: number;
  /** Default distance between windows, in frames. */
  readonly strideFrames: number;
  /** Where in the window the label applies, 0 (oldest frame) to 1 (newest). */
  readonly referencePoint: number;
  readonly labels: readonly string[];
  /** The label that means "nothing is going on"; it never makes an event. */
  readonly backgroundLabel?: string;
  readonly preparation: Preparation;
  /** How an engine computes the scores; missing while none runs the model. */
  readonly inference?: InferenceMode;
  /** What numbers the engine computes the scores with; missing while none runs the model. */
  readonly precision?: Precision;
}

/** `exact`: every window from scratch. `streaming`: every frame once, an approximation (docs/inference.md). */
export const inferenceModes = ['exact', 'streaming'] as const;
export type InferenceMode = (typeof inferenceModes)[number];

/**
 * What numbers the big matrix products of the vision tower are made of (docs/inference.md). Everything else is float32 in all of them, and so are
 * the features, logits and probabilities that come out.
 */
export const precisions = ['fp32', 'fp16', 'int8'] as const;
export type Precision = (typeof precisions)[number];

/** How a decoded picture becomes the model's input; from `preprocessor_config.json`. */
export interface Preparation {
  /** The shorter edge after resizing, pixels. */
  readonly shortestEdge: number;
  readonly cropWidth: number;
  readonly cropHeight: number;
  readonly resample: 'bilinear' | 'bicubic';
}

/** Highest sampling rate, frames per second, that a model, an option or a stream may ask for. */
export const maxFps = 60;
