import { expect, it } from 'vitest';
import { KeptFrames } from '../../../src/infer/worker/kept-frames.js';

it('holds the newest rows, oldest first', () => {
  const kept = new KeptFrames(6);
  const after = (...rows: number[]): number[] => {
    kept.push(Float32Array.from(rows));
    return [...kept.data];
  };
  expect(after(1, 2, 3, 4, 5, 6)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(after(7, 8)).toEqual([3, 4, 5, 6, 7, 8]);
  expect(after(9, 10, 11, 12)).toEqual([7, 8, 9, 10, 11, 12]);
});
