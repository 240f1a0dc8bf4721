import { expect, it } from 'vitest';
import { placesByVocabulary } from '../../../src/infer/worker/by-vocabulary.js';

it('finds the places of each vocabulary, in order', () => {
  const found = placesByVocabulary([3, 0, 3, 1, 0].map((vocabulary) => ({ vocabulary })));
  expect([...found]).toEqual([
    [3, [0, 2]],
    [0, [1, 4]],
    [1, [3]],
  ]);
  expect(placesByVocabulary([]).size).toBe(0);
});
