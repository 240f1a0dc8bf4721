import { expect, test } from 'vitest';
import { matchesGlob } from '../../src/ws/glob.js';

test.each([
  ['walking', 'walking', true],
  ['walk', 'walking', false],
  ['walk*', 'walking', true],
  ['*ing', 'walking', true],
  ['*', '', true],
  ['w*k*g', 'walking', true],
  ['wa*al', 'wal', false],
  ['*a*a*', 'a', false],
  ['a.c', 'abc', false],
  ['[ab]', 'a', false],
])('%s, %s: %s', (pattern, text, matches) => {
  expect(matchesGlob(pattern, text)).toBe(matches);
});
