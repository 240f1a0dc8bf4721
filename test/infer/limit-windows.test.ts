import { from, lastValueFrom, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { WindowItem } from '../../src/core/types.js';
import { limitWindows } from '../../src/infer/limit-windows.js';
import { gapItem, stateItem, tinyWindow } from './support/windows.js';

/** The window that ends at that media time. */
const at = (lastPtsMs: number): WindowItem => ({ kind: 'window', window: { ...tinyWindow(0), lastPtsMs } });
const every = (ms: number, count: number, fromMs = 0): WindowItem[] =>
  Array.from({ length: count }, (_, i) => at(fromMs + i * ms));

async function kept(perSecond: number | undefined, items: readonly WindowItem[]): Promise<(number | string)[]> {
  const out = await lastValueFrom(from(items).pipe(limitWindows(perSecond), toArray()));
  return out.map((item) => (item.kind === 'window' ? item.window.lastPtsMs : item.kind));
}

describe('limitWindows', () => {
  it('leaves everything alone without a limit, and with one that the stride does not reach', async () => {
    const items = every(400, 10);
    expect(await kept(undefined, items)).toHaveLength(10);
    expect(await kept(2.5, items)).toHaveLength(10);
  });

  it('keeps the first window and then as many as the limit says', async () => {
    expect(await kept(1, every(400, 11))).toEqual([0, 1200, 2000, 3200, 4000]);
  });

  it.each([
    [2, 400],
    [1.5, 400],
    [0.2, 800],
    [7, 100],
  ])('gives %d windows a second from one every %d ms, on average', async (perSecond, ms) => {
    const seconds = 100;
    const left = await kept(perSecond, every(ms, (1000 * seconds) / ms));
    expect(left.length / seconds).toBeCloseTo(perSecond, 1);
  });

  it('makes up for no more than one window after a pause', async () => {
    expect(await kept(1, [at(0), ...every(100, 20, 60_000)])).toEqual([0, 60_000, 60_100, 61_000]);
  });

  it('begins afresh after a gap, also when time jumps back', async () => {
    expect(await kept(1, [at(5000), at(5500), gapItem, at(100), at(600)])).toEqual([5000, 'gap', 100]);
  });

  it('passes states on, and gives every subscriber a budget of its own', async () => {
    const limited = of(at(0), stateItem, at(100)).pipe(limitWindows(1), toArray());
    for (let i = 0; i < 2; i++) {
      expect((await lastValueFrom(limited)).map(({ kind }) => kind)).toEqual(['window', 'state']);
    }
  });
});
