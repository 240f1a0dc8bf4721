import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { affinities, mixTaught, softmax } from '../../../src/infer/taught/mix.js';

const memory = { keys: Float32Array.of(1, 0, 0, 1), labels: Int32Array.of(0, 1), alpha: 2, beta: 3 };

describe('mixTaught', () => {
  it('adds alpha to the label of an example that is met exactly, and exp(-beta) of it at right angles', () => {
    const { logits } = mixTaught(Float32Array.of(0.5, 1, 7), Float32Array.of(4, 0), memory);
    expect([...logits]).toEqual([2.5, expect.closeTo(1 + 2 * Math.exp(-3), 6), 7]);
  });

  it('gives the softmax of what it mixed', () => {
    const { logits, values } = mixTaught(Float32Array.of(0.5, 1, 7), Float32Array.of(3, 4), memory);
    const weights = [...logits].map(Math.exp);
    const total = weights.reduce((a, b) => a + b);
    weights.forEach((weight, i) => expect(values[i]).toBeCloseTo(weight / total, 6));
  });

  it('refuses an embedding without a direction', () => {
    expect(() => mixTaught(Float32Array.of(0, 0), Float32Array.of(0, 0), memory)).toThrow(RangeError);
  });

  it('changes nothing at alpha 0', () => {
    const logits = Float32Array.of(0.5, 1);
    expect(mixTaught(logits, Float32Array.of(1, 1), { ...memory, alpha: 0 }).logits).toEqual(logits);
  });
});

describe('affinities', () => {
  it('are means: a label taught with more clips has no advantage', () => {
    expect([...affinities([0.5, 0.5, 0.5], [0, 1, 1], 3, 2)]).toEqual([Math.exp(-1), Math.exp(-1), 0]);
  });

  it('lie between 0 and 1 whatever the cosines', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1.0001, noNaN: true })),
        fc.double({ min: 0, max: 300, noNaN: true }),
        (cosine, beta) => {
          const labels = cosine.map((_, i) => i % 2);
          for (const value of affinities(cosine, labels, 2, beta)) expect(value >= 0 && value <= 1).toBe(true);
        },
      ),
    );
  });
});

describe('softmax', () => {
  it('survives logits that exp cannot take', () => {
    expect([...softmax([5000, 5000])]).toEqual([0.5, 0.5]);
  });
});
