import { expect, test } from 'vitest';
import { RateLimit } from '../../src/ws/rate-limit.js';

test('allows a burst, then the steady rate, and never saves up more than the burst', () => {
  let now = 0;
  const limit = new RateLimit(3, 2, { now: () => now });
  expect([limit.take(1), limit.take(1), limit.take(1), limit.take(1)]).toEqual([true, true, true, false]);
  now += 1000; // from -1 to 1
  expect([limit.take(1), limit.take(1)]).toEqual([true, false]);
  now += 3_600_000;
  expect([limit.take(3), limit.take(1)]).toEqual([true, false]);
});

test('a clock set back gives nothing and takes nothing', () => {
  let now = 10_000;
  const limit = new RateLimit(2, 1, { now: () => now });
  now = 0;
  expect([limit.take(1), limit.take(1), limit.take(1)]).toEqual([true, true, false]);
});
