import { expect, test } from 'vitest';
import { roundScore, topScores } from '../../src/events/top-scores.js';

test('best first, ties in label order, four decimals', () => {
  expect(topScores(['a', 'b', 'c', 'd'], [0.1, 0.44444444, 0.1, 0.3], 3)).toEqual([
    { label: 'b', score: 0.4444 },
    { label: 'd', score: 0.3 },
    { label: 'a', score: 0.1 },
  ]);
});

test('fewer labels than asked for', () => expect(topScores(['a'], [1], 5)).toHaveLength(1));

test('float32 noise is rounded away', () => expect(roundScore(Math.fround(0.8))).toBe(0.8));
