import { firstValueFrom, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { paced } from '../../src/core/paced.js';

/** Counts from 0, notes how far it was pulled and whether it was told to stop. */
function counter(limit: number) {
  const seen = { pulled: 0, returned: false };
  async function* numbers(): AsyncGenerator<number> {
    try {
      for (let i = 0; i < limit; i++) {
        seen.pulled += 1;
        yield await Promise.resolve(i);
      }
    } finally {
      seen.returned = true;
    }
  }
  return { numbers: numbers(), seen };
}

describe('paced', () => {
  it('emits every item in order and completes', async () => {
    expect(await firstValueFrom(paced(counter(4).numbers).pipe(toArray()))).toEqual([0, 1, 2, 3]);
  });

  it('pulls nothing further until the consumer is ready', async () => {
    const { numbers, seen } = counter(10);
    const gates: (() => void)[] = [];
    const values: number[] = [];
    const done = new Promise<void>((resolve) => {
      paced(numbers, () => new Promise((open) => gates.push(open)))
        .pipe(take(3))
        .subscribe({ next: (value) => values.push(value), complete: resolve });
    });
    for (const expected of [1, 2]) {
      await expect.poll(() => gates.length).toBe(expected);
      expect(seen.pulled).toBe(expected);
      gates.at(-1)!();
    }
    await done;
    expect(values).toEqual([0, 1, 2]);
  });

  it('passes an error on', async () => {
    async function* failing(): AsyncGenerator<number> {
      yield await Promise.resolve(1);
      throw new Error('lens cap');
    }
    await expect(firstValueFrom(paced(failing()).pipe(toArray()))).rejects.toThrow('lens cap');
  });

  it('returns the iterator when unsubscribed', async () => {
    const { numbers, seen } = counter(10);
    await firstValueFrom(paced(numbers).pipe(take(2)));
    await expect.poll(() => seen.returned).toBe(true);
  });
});
