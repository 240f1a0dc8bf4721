/** How far the graphs' outputs are from what transformers computed. */
import type { Case } from './cases.js';

/** Bounds of docs/checkpoints.md: relative L2 for embeddings, largest absolute difference for logits and probabilities. */
export const bounds: Readonly<Record<string, number>> = {
  text_embeds: 1e-4,
  frame_features: 1e-4,
  video_embeds: 1e-4,
  patch_features: 1e-4,
  logits: 1e-3,
  probabilities: 1e-3,
};

type Found = ReadonlyMap<string, { readonly data: Float32Array; readonly dims: readonly number[] }>;

/** The difference of each output, by name, in the measure of its bound. */
export function differences(
  found: Found,
  golden: ReadonlyMap<string, Float32Array>,
  test: Case,
): Record<string, number> {
  return Object.fromEntries(
    Object.keys(bounds).map((name) => {
      const { data, dims } = found.get(name)!;
      const kept = name === 'patch_features' ? everyNth(data, dims, test.patchStride ?? 1) : data;
      const measure = bounds[name] === 1e-4 ? relativeL2 : largestDifference;
      return [name, measure(kept, golden.get(name)!)];
    }),
  );
}

/** Every `stride`-th row of the middle axis of `[batch, patches, width]`. */
function everyNth(data: Float32Array, dims: readonly number[], stride: number): Float32Array {
  const [, patches = 1, width = 1] = dims;
  return data.filter((_, index) => (Math.floor(index / width) % patches) % stride === 0);
}

export function relativeL2(a: Float32Array, b: Float32Array): number {
  sameLength(a, b);
  const square = (sum: number, value: number): number => sum + value * value;
  return Math.sqrt(a.map((value, index) => value - b[index]!).reduce(square, 0) / b.reduce(square, 0));
}

export function largestDifference(a: Float32Array, b: Float32Array): number {
  sameLength(a, b);
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - b[index]!)), 0);
}

function sameLength(a: Float32Array, b: Float32Array): void {
  if (a.length !== b.length) throw new Error(`${a.length} numbers against ${b.length}`);
}

/** Of the two as one long vector each. */
export function cosine(a: Float32Array, b: Float32Array): number {
  sameLength(a, b);
  const product = (c: Float32Array, d: Float32Array): number =>
    c.reduce((sum, value, index) => sum + value * d[index]!, 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}
