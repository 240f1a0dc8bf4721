import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffDelay, defaultBackoff } from '../../src/stream/backoff.js';

const longest = 0;

describe('backoffDelay', () => {
  it('doubles up to the longest delay', () => {
    const delays = [1, 2, 3, 6, 7, 50].map((n) => backoffDelay('soon', n, defaultBackoff, longest));
    expect(delays).toEqual([500, 1000, 2000, 16_000, 30_000, 30_000]);
  });

  it('is the longest delay from the start when slow', () => {
    expect(backoffDelay('slowly', 1, defaultBackoff, longest)).toBe(30_000);
  });

  it.each(['soon', 'slowly'] as const)(
    'cameras of one recorder that are lost together do not return together (%s)',
    (retry) => {
      const delays = Array.from({ length: 16 }, (_, i) => backoffDelay(retry, 20, defaultBackoff, i / 16));
      expect(new Set(delays).size).toBe(16);
      expect([Math.min(...delays), Math.max(...delays)]).toEqual([15_938, 30_000]);
    },
  );

  it('is shortened by the jitter at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (n, random) => {
        const base = Math.min(500 * 2 ** (n - 1), 30_000);
        const delay = backoffDelay('soon', n, defaultBackoff, random);
        expect(delay).toBeGreaterThanOrEqual(base * 0.5 - 1);
        expect(delay).toBeLessThanOrEqual(base);
      }),
    );
  });
});
