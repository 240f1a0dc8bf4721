import { describe, expect, it } from 'vitest';
import { Agreement } from '../../src/infer/agreement.js';

type Answer = Record<'values' | 'logits' | 'embedding', Float32Array>;

/** Probabilities, which are the embedding too, and their logits, up to a constant. */
const answer = (...values: number[]): Answer => ({
  values: Float32Array.from(values),
  embedding: Float32Array.from(values),
  logits: Float32Array.from(values, (value) => Math.log(value) + 3),
});

describe('Agreement', () => {
  it('of equal answers is whole', () => {
    const agreement = new Agreement();
    agreement.add(answer(0.7, 0.3), answer(0.7, 0.3));
    expect(agreement.report()).toEqual({
      windows: 1,
      top1Agreement: 1,
      meanDifference: 0,
      maxDifference: 0,
      meanKl: 0,
      maxKl: 0,
      maxLogitDifference: 0,
      meanCosine: 1,
      minCosine: 1,
    });
  });

  it('counts best labels, differences and divergence, here by hand', () => {
    const agreement = new Agreement();
    agreement.add(answer(0.8, 0.2), answer(0.6, 0.4));
    agreement.add(answer(0.5, 0.25, 0.25), answer(0.25, 0.5, 0.25));
    const { top1Agreement, meanDifference, maxDifference, meanKl, maxKl, maxLogitDifference } = agreement.report();
    const kl = [0.8 * Math.log(0.8 / 0.6) + 0.2 * Math.log(0.2 / 0.4), 0.25 * Math.log(2)];
    expect(top1Agreement).toBe(0.5);
    expect(meanDifference).toBeCloseTo(0.9 / 5, 6);
    expect(maxDifference).toBeCloseTo(0.25, 6);
    expect(meanKl).toBeCloseTo((kl[0]! + kl[1]!) / 2, 5);
    expect(maxKl).toBeCloseTo(Math.max(...kl), 5);
    expect(maxLogitDifference).toBeCloseTo(Math.log(2), 5);
  });

  it('tells the mean and least cosine of the embeddings, whatever their length', () => {
    const agreement = new Agreement();
    const seen = (...embedding: number[]): Answer => ({ ...answer(0.5, 0.5), embedding: Float32Array.from(embedding) });
    agreement.add(seen(1, 0), seen(3, 3));
    agreement.add(seen(1, 0), seen(0, 2));
    expect(agreement.report().meanCosine).toBeCloseTo(Math.SQRT1_2 / 2, 6);
    expect(agreement.report().minCosine).toBe(0);
  });

  it('stays finite where a probability is too small for float32', () => {
    const agreement = new Agreement();
    const embedding = Float32Array.of(1);
    const sure = { values: Float32Array.of(1, 0), logits: Float32Array.of(200, 0), embedding };
    agreement.add({ values: Float32Array.of(0, 1), logits: Float32Array.of(0, 200), embedding }, sure);
    expect(agreement.report().maxKl).toBeCloseTo(200, 3);
  });
});
