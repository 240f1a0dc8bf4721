import { describe, expect, it } from 'vitest';
import { averageScores } from '../../src/evaluate/average.js';
import { rankScores } from '../../src/evaluate/ranking.js';

const labels = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

describe('rankScores', () => {
  const scores = [0.05, 0.3, 0.1, 0.25, 0.2, 0.1, 0];

  it.each([
    [1, 0],
    [3, 1],
    [2, 3],
    [5, 4],
    [6, 6],
  ])('the label %i has rank %i', (truth, rank) => expect(rankScores(scores, labels, truth).rank).toBe(rank));

  it('keeps the best five, best first; equal ones in the order of the labels', () => {
    expect(rankScores(scores, labels, 0).top.map(({ label }) => label)).toEqual(['b', 'd', 'e', 'c', 'f']);
    expect(rankScores(scores, labels, 0).top[0]).toEqual({ label: 'b', score: 0.3 });
  });
});

describe('averageScores', () => {
  it('is the mean, label by label', () => {
    const rows = [Float32Array.of(0.5, 0.25, 0.25), Float32Array.of(0, 0.75, 0.25)];
    expect(averageScores(rows)).toEqual([0.25, 0.5, 0.25]);
    expect(() => averageScores([])).toThrow(RangeError);
  });
});
