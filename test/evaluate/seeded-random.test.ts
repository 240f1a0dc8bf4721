import { expect, it } from 'vitest';
import { seededRandom } from '../../src/evaluate/seeded-random.js';

const draws = (seed: number, text: string, count = 1000): number[] => {
  const random = seededRandom(seed, text);
  return Array.from({ length: count }, () => random());
};

it('gives the same numbers for the same seed and clip, others for others', () => {
  expect(draws(1, 'a.mp4', 20)).toEqual(draws(1, 'a.mp4', 20));
  expect(draws(1, 'a.mp4', 20)).not.toEqual(draws(2, 'a.mp4', 20));
  expect(draws(1, 'a.mp4', 20)).not.toEqual(draws(1, 'b.mp4', 20));
});

it('spreads them over 0 to 1', () => {
  const values = draws(0, 'clip');
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThan(1);
  const tenths = Array.from({ length: 10 }, (_, i) => values.filter((value) => Math.floor(value * 10) === i).length);
  for (const count of tenths) expect(count).toBeGreaterThan(60);
});
