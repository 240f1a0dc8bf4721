import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PatchMean } from '../../../src/infer/worker/patch-mean.js';

const term = fc.array(fc.float({ min: -200_000, max: 200_000, noNaN: true }), { minLength: 3, maxLength: 3 });

describe('PatchMean', () => {
  it('is, to the bit, the mean of the last T terms, whatever came before', () => {
    const terms = fc.array(term, { minLength: 4, maxLength: 300 });
    const property = fc.property(terms, (all) => {
      const [long, fresh] = [new PatchMean(4, 3), new PatchMean(4, 3)];
      for (const one of all) long.add(Float32Array.from(one));
      for (const one of all.slice(-4)) fresh.add(Float32Array.from(one));
      expect(long.mean()).toEqual(fresh.mean());
    });
    fc.assert(property);
  });

  it('forgets a huge term entirely, where a float32 sum would keep its rounding for ever', () => {
    const mean = new PatchMean(2, 1);
    for (const value of [0.1, 200_000, 0.1, 0.2]) mean.add(Float32Array.of(value));
    expect(mean.mean()[0]).toBeCloseTo(0.15, 7);
  });

  it('differs from the plain mean by no more than the rounding of its terms', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }), (values) => {
        const mean = new PatchMean(8, 1);
        for (const value of values) mean.add(Float32Array.of(value));
        const plain = values.reduce((sum, value) => sum + value, 0) / 8;
        expect(Math.abs(mean.mean()[0]! - plain)).toBeLessThan(1e-7);
      }),
    );
  });

  it.each([NaN, Infinity, -300_000])('refuses %d', (value) => {
    expect(() => new PatchMean(2, 1).add(Float32Array.of(value))).toThrow(RangeError);
  });

  it('refuses a term of another length', () => {
    expect(() => new PatchMean(2, 1).add(Float32Array.of(1, 2))).toThrow(RangeError);
  });
});
