import { describe, expect, it } from 'vitest';
import { Credits } from '../../../src/stream/child/credits.js';

describe('Credits', () => {
  const idle = new AbortController().signal;

  it('can be taken until they are used up', () => {
    const credits = new Credits(2);
    expect([credits.tryTake(), credits.tryTake(), credits.tryTake()]).toEqual([true, true, false]);
    credits.give();
    expect(credits.tryTake()).toBe(true);
  });

  it('can be waited for', async () => {
    const credits = new Credits(0);
    const waiting = credits.take(idle);
    credits.give();
    expect(await waiting).toBe(true);
    expect(credits.tryTake()).toBe(false);
  });

  it('stop being waited for on abort, also when already aborted', async () => {
    const abort = new AbortController();
    const credits = new Credits(0);
    const waiting = credits.take(abort.signal);
    abort.abort();
    expect(await waiting).toBe(false);
    expect(await credits.take(abort.signal)).toBe(false);
  });
});
