/** The sampling rules against NumPy's answers (test/reference/make_sampling_golden.py) and against values worked out by hand. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evenIndices, jitteredIndices, stretchIndices } from '../../src/evaluate/frame-indices.js';

interface Case {
  readonly pictures: number;
  readonly frames: number;
  readonly draws: readonly number[];
  readonly even: readonly number[];
  readonly jittered: readonly number[];
  readonly stretch1?: readonly number[];
  readonly stretch4?: readonly number[];
}

const cases = JSON.parse(readFileSync(new URL('golden/sampling.json', import.meta.url), 'utf8')) as Case[];

/** Gives the draws one after another. */
function drawing(draws: readonly number[]): () => number {
  let next = 0;
  return () => draws[next++]!;
}

describe('against NumPy', () => {
  it.each(cases)(
    '$frames frames of $pictures pictures',
    ({ pictures, frames, draws, even, jittered, ...stretches }) => {
      expect(evenIndices(pictures, frames)).toEqual(even);
      expect(jitteredIndices(pictures, frames, drawing(draws))).toEqual(jittered);
      for (const [step, expected] of [
        [1, stretches.stretch1],
        [4, stretches.stretch4],
      ] as const) {
        if (expected !== undefined) expect(stretchIndices(pictures, frames, step, drawing(draws))).toEqual(expected);
      }
    },
  );
});

describe('evenIndices', () => {
  it('takes the middle of each part', () => {
    // parts of 2.5: middles 1.25, 3.75, 6.25, 8.75
    expect(evenIndices(10, 4)).toEqual([1, 3, 6, 8]);
  });

  it('repeats pictures of a clip that has too few', () => {
    // parts of 0.75: 0.375, 1.125, 1.875, 2.625
    expect(evenIndices(3, 4)).toEqual([0, 1, 1, 2]);
    expect(evenIndices(1, 8)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('jitteredIndices', () => {
  it('takes one picture of each whole part and never the rest at the end', () => {
    expect(jitteredIndices(11, 4, () => 0)).toEqual([0, 2, 4, 6]);
    expect(jitteredIndices(11, 4, () => 0.999)).toEqual([1, 3, 5, 7]);
  });

  it('rounds halves to even and starts again at the beginning, as the original does with short clips', () => {
    // 0, 0.375, 0.75, 1.125, 1.5, 1.875, 2.25, 2.625: the last is 3, which a clip of 3 does not have
    expect(jitteredIndices(3, 8, () => 0.5)).toEqual([0, 0, 1, 1, 2, 2, 2, 0]);
  });
});

describe('stretchIndices', () => {
  it('takes neighbours up to the random end', () => {
    // end = 4 + floor(0.5 * 6) = 7: linspace(3, 7, 4) = 3, 4.33, 5.67, 7, and 7 is past the stretch
    expect(stretchIndices(10, 4, 1, () => 0.5)).toEqual([3, 4, 5, 6]);
  });

  it('uses a clip whole that is no longer than the stretch', () => {
    // linspace(0, 5, 4) = 0, 1.67, 3.33, 5
    expect(stretchIndices(5, 4, 2, () => 0.5)).toEqual([0, 1, 3, 4]);
    expect(stretchIndices(1, 4, 1, () => 0.5)).toEqual([0, 0, 0, 0]);
  });
});

it('every rule gives exactly the frames asked for, all of them in the clip', () => {
  const sizes = [fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 64 })] as const;
  const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(...sizes, fc.constantFrom(1, 1.5, 3, 4), draw, (pictures, frames, step, value) => {
      const random = (): number => value;
      for (const indices of [
        evenIndices(pictures, frames),
        jitteredIndices(pictures, frames, random),
        stretchIndices(pictures, frames, step, random),
      ]) {
        expect(indices).toHaveLength(frames);
        expect(indices.every((index) => Number.isInteger(index) && index >= 0 && index < pictures)).toBe(true);
      }
    }),
  );
});
