import { defer, map, merge, of, Subject, tap, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { labelSetOf } from '../../src/core/label-set.js';
import type { ScoreItem, WindowItem } from '../../src/core/types.js';
import { classifyLatest } from '../../src/infer/classify-latest.js';
import { FakeScorer } from './support/fake-scorer.js';
import { timeline } from './support/flow.js';
import { tinyInfo, windowItem } from './support/windows.js';

const live = (marbles: string, durationMs: number, scorer = new FakeScorer(durationMs)): string[] =>
  timeline(({ clock, input }) => input(marbles).pipe(classifyLatest(scorer, clock)));

describe('classifyLatest', () => {
  it('scores every window when the engine keeps up', () => {
    expect(live('0---1---2---|', 3)).toEqual(['3 scores 0', '7 scores 1', '11 scores 2', '12 complete']);
  });

  it('keeps only the newest pending window and reports each replaced one at once', () => {
    expect(live('0-1-2-3-----------|', 5)).toEqual([
      '4 dropped 1',
      '5 scores 0',
      '10 scores 2',
      '15 scores 3',
      '18 complete',
    ]);
  });

  it('lets latency stay below two runs however long the engine is too slow', () => {
    const late: number[] = [];
    timeline(({ clock, input }) =>
      input('0-1-2-3-4-5-6-7-8-9-|').pipe(
        classifyLatest(new FakeScorer(5), clock),
        tap((item) => item.kind === 'scores' && late.push(clock.now() - item.scores.windowIndex * 2)),
      ),
    );
    expect(late.length).toBeGreaterThan(3);
    expect(Math.max(...late)).toBeLessThanOrEqual(2 * 5);
  });

  it('holds a gap and a state back until the windows before them are scored', () => {
    expect(live('0-1-gl--------|', 5)).toEqual(['5 scores 0', '10 scores 1', '10 gap', '10 state lost', '14 complete']);
  });

  it('passes gaps and states at once when no window is under way', () => {
    expect(live('gl-0-------g|', 5)).toEqual(['0 gap', '1 state lost', '8 scores 0', '11 gap', '12 complete']);
  });

  it('drops a pending window from before a gap when a newer one arrives first, and keeps the gap before the newer', () => {
    expect(live('0-1-g-2---------|', 7)).toEqual(['6 dropped 1', '7 scores 0', '7 gap', '14 scores 2', '16 complete']);
  });

  it('scores what waits when the source completes', () => {
    expect(live('0-1|', 5)).toEqual(['5 scores 0', '10 scores 1', '10 complete']);
  });

  it('passes an error of the source on at once', () => {
    expect(live('0-#', 5)).toEqual(['2 error INTERNAL']);
  });

  it('gives the turn to streams in the order in which they asked', () => {
    const served = timeline(({ clock, input }) => {
      const scorer = new FakeScorer(5);
      const streams = [input('0-1-2-3-4-5-6-|'), input('-7----------------|'), input('---8--------------|')];
      return merge(...streams.map((stream) => stream.pipe(classifyLatest(scorer, clock))));
    });
    expect(served.filter((line) => line.includes('scores')).slice(0, 4)).toEqual([
      '5 scores 0',
      '10 scores 7',
      '15 scores 8',
      '20 scores 6',
    ]);
  });

  it('takes the newest window when the turn comes, not the one that asked for it', () => {
    const served = timeline(({ clock, input }) => {
      const scorer = new FakeScorer(6);
      const other = input('9|').pipe(classifyLatest(scorer, clock));
      return merge(other, input('-0-1-2------------|').pipe(classifyLatest(scorer, clock)));
    });
    expect(served.slice(0, 4)).toEqual(['3 dropped 0', '5 dropped 1', '6 scores 9', '12 scores 2']);
  });

  it('reports a window that died with the inference process as dropped and goes on', () => {
    const scorer = new FakeScorer(3, { 0: 'INFERENCE_WORKER_CRASHED' });
    expect(live('0---1---|', 3, scorer)).toEqual(['3 dropped 0', '7 scores 1', '8 complete']);
  });

  it('ends with the error when a window fails for another reason', () => {
    expect(live('0---1---|', 3, new FakeScorer(3, { 0: 'INFERENCE_FAILED' }))).toEqual(['3 error INFERENCE_FAILED']);
  });

  it('emits nothing and gives its turn up after unsubscribing', () => {
    const scorer = new FakeScorer(5);
    const lines = timeline(({ clock, input }) => input('0-1-g----|').pipe(classifyLatest(scorer, clock)), '---');
    expect(lines).toEqual([]);
    expect(scorer.seen).toEqual([0]);
  });

  it('scores the pixels as they were when the window arrived, though the ring under them moves on', () => {
    const scorer = new FakeScorer(5);
    timeline(({ clock, input }) => {
      const ring = new Uint8Array(6);
      const viewed = input('0-1-2-----------|').pipe(
        map((item): WindowItem => {
          if (item.kind !== 'window') return item;
          ring.fill(item.window.index);
          return { kind: 'window', window: { ...item.window, pixels: ring } };
        }),
      );
      return viewed.pipe(classifyLatest(scorer, clock));
    });
    expect(scorer.seen).toEqual([0, 2]);
  });

  it('tells the queueing and inference times of a window', () => {
    const timings: unknown[] = [];
    timeline(({ clock, input }) =>
      input('-0-1-----------|').pipe(
        map((item) =>
          item.kind === 'window' ? { ...item, window: { ...item.window, capturedAtMs: clock.now() } } : item,
        ),
        classifyLatest(new FakeScorer(6), clock),
        tap((item) => item.kind === 'scores' && timings.push(item.scores.timing)),
      ),
    );
    expect(timings).toEqual([
      { capturedAtMs: 1, queueMs: 0, inferenceMs: 6 },
      { capturedAtMs: 3, queueMs: 4, inferenceMs: 6 },
    ]);
  });

  it('works with an engine that answers synchronously', () => {
    const values = Float32Array.of(1, 0);
    const labelSet = labelSetOf(tinyInfo.labels);
    const result = { labelSet, values, logits: values, embedding: values, startedAtMs: 0, inferenceMs: 0 };
    const score = (take: () => unknown): Observable<typeof result> => defer(() => (take(), of(result)));
    const source = new Subject<WindowItem>();
    const out: ScoreItem['kind'][] = [];
    source.pipe(classifyLatest({ info: tinyInfo, score }, { now: () => 0 })).subscribe((item) => out.push(item.kind));
    for (const index of [0, 1, 2]) source.next(windowItem(index));
    expect(out).toEqual(['scores', 'scores', 'scores']);
  });
});
