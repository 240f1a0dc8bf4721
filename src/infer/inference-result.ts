/** What the engine answers for one window, before it becomes Scores. */
import type { LabelSet } from '../core/label-set.js';

export interface InferenceResult {
  /** What the window was compared with. */
  readonly labelSet: LabelSet;
  /** Probabilities, softmax over the label set, in the labels' order; they sum to 1. */
  readonly values: Float32Array;
  /** The same before the softmax: cosine similarities times the model's logit scale, and what taught examples add. */
  readonly logits: Float32Array;
  /** The window's video embedding, `[projection]`, before it is normalised. */
  readonly embedding: Float32Array;
  /** Wall time (epoch ms) when the window was handed to the inference process. */
  readonly startedAtMs: number;
  /** The vision and head runs, milliseconds, measured inside the inference process. */
  readonly inferenceMs: number;
}
