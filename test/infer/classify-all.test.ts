import { map, tap, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { CountedBacklog } from '../../src/core/backlog.js';
import type { ScoreTiming, WindowItem } from '../../src/core/types.js';
import { classifyAll } from '../../src/infer/classify-all.js';
import { FakeScorer } from './support/fake-scorer.js';
import { timeline } from './support/flow.js';

const replay = (marbles: string, scorer: FakeScorer, backlog = new CountedBacklog(), until?: string): string[] =>
  timeline(({ clock, input }) => input(marbles).pipe(classifyAll(scorer, clock, backlog)), until);

/** A source whose windows all view one buffer that the next window overwrites. */
const viewsOfOneRing = (source: Observable<WindowItem>): Observable<WindowItem> => {
  const ring = new Uint8Array(6);
  return source.pipe(
    map((item) => {
      if (item.kind !== 'window') return item;
      ring.fill(item.window.index);
      return { kind: 'window', window: { ...item.window, pixels: ring } };
    }),
  );
};

describe('classifyAll', () => {
  it('scores every window in order, with gaps and states in their places', () => {
    expect(replay('01g2l|', new FakeScorer(5))).toEqual([
      '5 scores 0',
      '10 scores 1',
      '10 gap',
      '15 scores 2',
      '15 state lost',
      '15 complete',
    ]);
  });

  it('scores the pixels as they were at arrival', () => {
    const scorer = new FakeScorer(5);
    timeline(({ clock, input }) =>
      viewsOfOneRing(input('0123|')).pipe(classifyAll(scorer, clock, new CountedBacklog())),
    );
    expect(scorer.seen).toEqual([0, 1, 2, 3]);
  });

  it('counts the windows it holds, so that the source can wait', () => {
    const backlog = new CountedBacklog();
    const sizes: number[] = [];
    timeline(({ clock, input }) =>
      input('012----------------|').pipe(
        classifyAll(new FakeScorer(5), clock, backlog),
        tap(() => sizes.push(backlog.size)),
      ),
    );
    expect(sizes).toEqual([2, 1, 0]);
  });

  it('scores a window again when the inference process died under it', () => {
    const scorer = new FakeScorer(3, { 1: 'INFERENCE_WORKER_CRASHED' });
    expect(replay('01|', scorer)).toEqual(['3 scores 0', '9 scores 1', '9 complete']);
  });

  it('ends with any other error and lets the source go', () => {
    const backlog = new CountedBacklog();
    expect(replay('012|', new FakeScorer(3, { 1: 'INFERENCE_FAILED' }), backlog)).toEqual([
      '3 scores 0',
      '6 error INFERENCE_FAILED',
    ]);
    expect(backlog.size).toBe(0);
  });

  it('lets the source go when it is unsubscribed', () => {
    const backlog = new CountedBacklog();
    expect(replay('012|', new FakeScorer(5), backlog, '---')).toEqual([]);
    expect(backlog.size).toBe(0);
  });

  it('reads times from the given clock only', () => {
    const timings: ScoreTiming[] = [];
    const frozen = { now: () => 0 };
    timeline(({ input }) =>
      input('0-1-|').pipe(
        classifyAll(new FakeScorer(5), frozen, new CountedBacklog()),
        tap((item) => item.kind === 'scores' && timings.push(item.scores.timing)),
      ),
    );
    expect(timings.map(({ queueMs, inferenceMs }) => [queueMs, inferenceMs])).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});
