/** Several live streams in front of one engine that is too slow for them: nobody starves, and drops are shared evenly. */
import { interval, map, merge, take, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { ScoreItem, WindowItem } from '../../src/core/types.js';
import { classifyLatest } from '../../src/infer/classify-latest.js';
import { FakeScorer } from './support/fake-scorer.js';
import { timeline } from './support/flow.js';
import { windowItem } from './support/windows.js';

interface Served {
  scored: number[];
  dropped: number[];
  /** Longest time between a window's making and its scores, milliseconds. */
  latestMs: number;
}

/** Streams that make a window every so many milliseconds for `forMs`, scored by an engine that needs `runMs` a window. */
function serve(periodsMs: readonly number[], runMs: number, forMs: number): Served[] {
  const streams = periodsMs.map((): Served => ({ scored: [], dropped: [], latestMs: 0 }));
  timeline(({ clock }) => {
    const scorer = new FakeScorer(runMs);
    const note = (stream: number, periodMs: number, item: ScoreItem): void => {
      const served = streams[stream]!;
      if (item.kind === 'dropped') served.dropped.push(item.windowIndex);
      if (item.kind !== 'scores') return;
      served.scored.push(item.scores.windowIndex);
      served.latestMs = Math.max(served.latestMs, clock.now() - (item.scores.windowIndex + 1) * periodMs);
    };
    const lanes = periodsMs.map((periodMs, stream) =>
      interval(periodMs).pipe(
        take(Math.floor(forMs / periodMs)),
        map((index): WindowItem => windowItem(index, `${stream}`)),
        classifyLatest(scorer, clock),
        tap((item) => note(stream, periodMs, item)),
      ),
    );
    return merge(...lanes);
  });
  return streams;
}

const counts = (streams: readonly Served[], of: 'scored' | 'dropped'): number[] =>
  streams.map((served) => served[of].length);
const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

describe('streams that share an engine', () => {
  it('are all scored without a drop when there is time for all', () => {
    const streams = serve([40, 40, 40, 40], 10, 4000);
    expect(counts(streams, 'scored')).toEqual([100, 100, 100, 100]);
    expect(counts(streams, 'dropped')).toEqual([0, 0, 0, 0]);
  });

  it.each([2, 3, 8])('lose equally many windows when %d of them ask for three times what there is', (count) => {
    const runMs = 30;
    const periodMs = (count * runMs) / 3;
    const streams = serve(Array<number>(count).fill(periodMs), runMs, 300 * periodMs);
    expect(spread(counts(streams, 'dropped'))).toBeLessThanOrEqual(1);
    expect(counts(streams, 'dropped')[0]).toBeGreaterThan(190);
    for (const { scored, dropped } of streams) expect(scored.length + dropped.length).toBe(300);
  });

  it('get equal turns from a fast one, which loses its own surplus alone', () => {
    // The fast one alone asks for three times what there is; each slow one for a seventh.
    const [fast, ...slow] = serve([10, 210, 210, 210], 30, 21_000) as [Served, ...Served[]];
    expect(counts(slow, 'scored')).toEqual([100, 100, 100]);
    expect(counts(slow, 'dropped')).toEqual([0, 0, 0]);
    expect(fast.scored.length).toBeGreaterThan(390);
    expect(fast.dropped.length).toBeGreaterThan(1500);
  });

  it('are served within a round: one run of each stream and the one in flight', () => {
    const streams = serve([10, 15, 70, 500], 30, 15_000);
    for (const { latestMs } of streams) expect(latestMs).toBeLessThanOrEqual(5 * 30);
  });

  it('always have the newest window scored: what is dropped is older than what follows', () => {
    for (const { scored, dropped } of serve([10, 15], 30, 3000)) {
      expect(dropped.length).toBeGreaterThan(50);
      expect(scored).toEqual(scored.toSorted((a, b) => a - b));
      for (const index of dropped) expect(scored.some((later) => later > index)).toBe(true);
    }
  });
});
