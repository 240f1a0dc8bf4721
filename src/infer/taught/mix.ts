/**
 * Adds to each label's logit how near the window's embedding is to the label's taught examples. Source: Tip-Adapter, training-free
 * (Zhang et al., arXiv 2111.03930, eq. 3 to 5). One difference: the mean over a label's examples instead of the sum, so that a label taught
 * with more clips has no advantage.
 */
import { unitLength, type Mix, type ShotMemory } from './shot-memory.js';

/** `logits` `[labels]` of the text, `embedding` `[projection]` of the window, which need not have unit length. */
export function mixTaught(
  logits: Float32Array,
  embedding: Float32Array,
  memory: ShotMemory,
): { logits: Float32Array; values: Float32Array } {
  const affinity = affinities(cosines(embedding, memory.keys), memory.labels, logits.length, memory.beta);
  const mixed = logits.map((logit, label) => logit + memory.alpha * (affinity[label] ?? 0));
  return { logits: mixed, values: Float32Array.from(softmax(mixed)) };
}

/** The cosine of an embedding with each of the keys. */
export function cosines(embedding: Float32Array, keys: Float32Array): Float64Array {
  const query = unitLength(embedding);
  const width = query.length;
  return Float64Array.from({ length: keys.length / width }, (_, example) =>
    query.reduce((sum, value, i) => sum + value * (keys[example * width + i] ?? 0), 0),
  );
}

/** Mean of `exp(-beta (1 - cosine))` over the examples of each label, 0..1; 0 for a label without any. */
export function affinities(
  cosine: ArrayLike<number>,
  labels: ArrayLike<number>,
  labelCount: number,
  beta: Mix['beta'],
): Float64Array {
  const sums = new Float64Array(labelCount);
  const counts = new Float64Array(labelCount);
  for (let example = 0; example < labels.length; example++) {
    const label = labels[example] ?? 0;
    // Rounding may bring a cosine just above 1.
    sums[label] = (sums[label] ?? 0) + Math.exp(-beta * Math.max(0, 1 - (cosine[example] ?? 0)));
    counts[label] = (counts[label] ?? 0) + 1;
  }
  return sums.map((sum, label) => sum / Math.max(1, counts[label] ?? 0));
}

/** In float64, so that the probabilities sum to 1. */
export function softmax(logits: ArrayLike<number>): Float64Array {
  const all = Float64Array.from(logits);
  const top = Math.max(...all);
  const weights = all.map((logit) => Math.exp(logit - top));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
