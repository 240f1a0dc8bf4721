import { expect, test } from 'vitest';
import { crossingMs, referenceMs } from '../../src/events/window-time.js';

test.each([
  [0, 1000],
  [0.5, 2000],
  [1, 3000],
])('reference point %f of a window from 1000 to 3000 ms is %i ms', (point, expected) => {
  expect(referenceMs({ firstPtsMs: 1000, lastPtsMs: 3000 }, point)).toBe(expected);
});

test.each([
  ['rising', 0, 1, 0.25, 125],
  ['falling', 1, 0, 0.25, 175],
  ['equal values', 0.5, 0.5, 0.5, 200],
  ['level outside: the nearer end', 0.5, 1, 0.2, 100],
])('crossing, %s', (_, before, after, level, expected) => {
  expect(crossingMs({ atMs: 100, value: before }, { atMs: 200, value: after }, level)).toBe(expected);
});
