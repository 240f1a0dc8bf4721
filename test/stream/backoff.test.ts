import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffDelay, defaultBackoff } from '../../src/stream/backoff.js';

const middle = 0.5;

describe('backoffDelay', () => {
  it('doubles up to the longest delay', () => {
    const delays = [1, 2, 3, 6, 7, 50].map((n) => backoffDelay('soon', n, defaultBackoff, middle));
    expect(delays).toEqual([500, 1000, 2000, 16_000, 30_000, 30_000]);
  });

  it('is the longest delay from the start when slow', () => {
    expect(backoffDelay('slowly', 1, defaultBackoff, middle)).toBe(30_000);
  });

  it('spreads by the jitter and never exceeds the longest delay', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (n, random) => {
        const base = Math.min(500 * 2 ** (n - 1), 30_000);
        const delay = backoffDelay('soon', n, defaultBackoff, random);
        expect(delay).toBeGreaterThanOrEqual(base * 0.8 - 1);
        expect(delay).toBeLessThanOrEqual(Math.min(base * 1.2 + 1, 30_000));
      }),
    );
  });
});
