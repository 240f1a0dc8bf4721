import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { prefetch } from '../../src/evaluate/prefetch.js';

const never = new AbortController().signal;

/** Work that the test finishes itself. */
function desk() {
  const started: number[] = [];
  const signals: AbortSignal[] = [];
  const finish = new Map<number, (error?: Error) => void>();
  const work = (item: number, signal: AbortSignal): Promise<string> => {
    started.push(item);
    signals.push(signal);
    return new Promise((resolve, reject) => {
      finish.set(item, (error) => (error === undefined ? resolve(`done ${item}`) : reject(error)));
      signal.addEventListener('abort', () => reject(new Error(`aborted ${item}`)), { once: true });
    });
  };
  return { started, signals, finish, work };
}

describe('prefetch', () => {
  it('keeps the order and no more than one ahead', async () => {
    const { started, finish, work } = desk();
    const results = prefetch([0, 1, 2, 3], 1, work, never);
    const first = results.next();
    expect(started).toEqual([0, 1]);
    finish.get(1)!();
    finish.get(0)!();
    expect((await first).value).toBe('done 0');
    expect(started).toEqual([0, 1]);
    expect((await results.next()).value).toBe('done 1');
    expect(started).toEqual([0, 1, 2]);
    await results.return(undefined);
  });

  it('aborts what is under way when the consumer leaves', async () => {
    const { signals, finish, work } = desk();
    const results = prefetch([0, 1, 2], 1, work, never);
    const first = results.next();
    finish.get(0)!();
    await first;
    await results.return(undefined);
    expect(signals.every((signal) => signal.aborted)).toBe(true);
  });

  it('passes on an error in its turn, not before', async () => {
    const { finish, work } = desk();
    const results = prefetch([0, 1], 1, work, never);
    const first = results.next();
    finish.get(1)!(new Error('second'));
    await sleep(0);
    finish.get(0)!();
    expect((await first).value).toBe('done 0');
    await expect(results.next()).rejects.toThrow('second');
  });

  it('ends without an error when the signal aborts', async () => {
    const { work } = desk();
    const stop = new AbortController();
    const first = prefetch([0, 1], 1, work, stop.signal).next();
    stop.abort();
    expect((await first).done).toBe(true);
  });
});
