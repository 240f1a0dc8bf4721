import { describe, expect, it } from 'vitest';
import { Pacer } from '../../../src/stream/child/pacer.js';

async function waits(pacer: Pacer, ptsMs: number): Promise<number> {
  const begin = performance.now();
  await pacer.wait(ptsMs);
  return performance.now() - begin;
}

describe('Pacer', () => {
  it('lets the first picture through and holds the next back until its time', async () => {
    const pacer = new Pacer(new AbortController().signal);
    expect(await waits(pacer, 500_000)).toBeLessThan(1000);
    const waited = await waits(pacer, 500_080);
    expect(waited).toBeGreaterThan(60);
  });

  it('does not wait after a reset', async () => {
    const pacer = new Pacer(new AbortController().signal);
    await pacer.wait(0);
    pacer.reset();
    expect(await waits(pacer, 1_000_000)).toBeLessThan(1000);
  });

  it('counts from now when it has fallen far behind', async () => {
    const pacer = new Pacer(new AbortController().signal);
    await pacer.wait(10_000);
    await pacer.wait(5_000);
    expect(await waits(pacer, 5_060)).toBeGreaterThan(40);
  });

  it('stops waiting on abort', async () => {
    const abort = new AbortController();
    const pacer = new Pacer(abort.signal);
    await pacer.wait(0);
    const waiting = pacer.wait(1_000_000);
    abort.abort();
    await expect(waiting).rejects.toThrow();
  });
});
