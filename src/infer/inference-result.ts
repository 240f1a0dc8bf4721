/** What the engine answers for one window, before it becomes Scores. */
export interface InferenceResult {
  /** Probabilities, softmax over the label set, in the labels' order; they sum to 1. */
  readonly values: Float32Array;
  /** The same before the softmax: cosine similarities times the model's logit scale. */
  readonly logits: Float32Array;
  /** Wall time (epoch ms) when the window was handed to the inference process. */
  readonly startedAtMs: number;
  /** The vision and head runs, milliseconds, measured inside the inference process. */
  readonly inferenceMs: number;
}
