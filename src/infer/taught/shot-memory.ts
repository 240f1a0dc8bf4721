/** Taught clips as the scores need them: unit video embeddings, each an example of one label. */

/** How much the examples count beside the text; docs/teach.md tells how both are chosen. */
export interface Mix {
  /** What an embedding equal to every example of a label adds to the label's logit, >= 0. */
  readonly alpha: number;
  /** How fast an example loses weight with distance: `exp(-beta (1 - cosine))`, >= 0. */
  readonly beta: number;
}

export interface ShotMemory extends Mix {
  /** Of unit length, one example after the other, `[examples, projection]`. */
  readonly keys: Float32Array;
  /** Each example's label, by its number in the label set. */
  readonly labels: Int32Array;
}

/** A copy of unit length. @throws RangeError for one without a direction */
export function unitLength(embedding: Float32Array): Float32Array {
  const norm = Math.hypot(...embedding);
  if (!(norm > 0 && Number.isFinite(norm))) throw new RangeError('an embedding without a direction');
  return embedding.map((value) => value / norm);
}
