import { concat, firstValueFrom, from, Observable, throwError, toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test } from 'vitest';
import type { LabelSet } from '../../src/core/label-set.js';
import type { ActionwireMessage, ScoreItem, StreamState, StreamStatus } from '../../src/core/types.js';
import { resolveActionOptions, trackActions } from '../../src/events/index.js';
import { repeat, scoreSeries } from './score-series.js';

const walking = { idle: 0.1, walk: 0.9 };
const operator = (): ReturnType<typeof trackActions> =>
  trackActions({
    actions: resolveActionOptions({ backgroundLabels: ['idle'], smoothingMs: 0, updateEveryMs: 600_000 }),
    clock: { now: () => 10_000 },
  });

function items(streamId: string, count = 6): ScoreItem[] {
  return scoreSeries(repeat(count, walking), { streamId }).map((scores) => ({ kind: 'scores', scores }));
}

function stateItem(status: StreamStatus, streamId = 'a'): ScoreItem {
  const state: StreamState = { streamId, status, atMs: 1, attempt: 1 };
  return { kind: 'state', state };
}

async function run(source: readonly ScoreItem[]): Promise<string[]> {
  return (await firstValueFrom(from(source).pipe(operator(), toArray()))).map(brief);
}

function brief(message: ActionwireMessage): string {
  if (message.kind === 'event') return `${message.event.id} ${message.event.reason ?? message.event.type}`;
  return message.kind === 'state' ? message.state.status : message.kind;
}

describe('trackActions', () => {
  test('emits at once, in order, and ends open actions when the source completes', () => {
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
    const [a, b, c, d] = items('a', 4) as [ScoreItem, ScoreItem, ScoreItem, ScoreItem];
    scheduler.run(({ hot, expectObservable }) => {
      const messages: ActionwireMessage[] = [];
      const source = hot('-a-b-c-d---|', { a, b, c, d });
      const kinds = new Observable<string>((subscriber) =>
        source.pipe(operator()).subscribe({
          next: (message) => {
            messages.push(message);
            subscriber.next(brief(message));
          },
          complete: () => subscriber.complete(),
        }),
      );
      expectObservable(kinds).toBe('-s-s-s-(sn)(e|)', { s: 'scores', n: 'a-1 action.started', e: 'a-1 stream-ended' });
    });
  });

  test('tells a new label set once, before its first scores, but not a stream’s first', async () => {
    const labelSet = (version: number): LabelSet => ({ version, labels: ['idle', 'walk'], background: [], rules: {} });
    const series = scoreSeries(repeat(4, { idle: 0.9, walk: 0.1 }), { streamId: 'a' });
    const sets = [labelSet(1), labelSet(2)];
    const source = series.map((scores, i): ScoreItem => ({
      kind: 'scores',
      scores: { ...scores, labelSet: sets[i >> 1]! },
    }));
    expect(await run(source)).toEqual(['scores', 'scores', 'labels', 'scores', 'scores']);
  });

  test('follows several streams independently', async () => {
    const [a, b] = [items('a'), items('b')];
    const mixed = a.flatMap((item, i) => [item, b[i]!]);
    const brief = (await run(mixed)).filter((word) => word !== 'scores');
    expect(brief).toEqual(['a-1 action.started', 'b-1 action.started', 'a-1 stream-ended', 'b-1 stream-ended']);
  });

  test.each([
    ['lost', 'stream-lost'],
    ['failed', 'stream-lost'],
    ['ended', 'stream-ended'],
  ] as const)('a stream that is %s ends its actions with %s, before the state is told', async (status, reason) => {
    const words = await run([...items('a'), ...items('b'), stateItem(status)]);
    expect(words.slice(-3)).toEqual([`a-1 ${reason}`, status, 'b-1 stream-ended']);
  });

  test('a gap ends actions; a stall, a drop and a live state do not', async () => {
    const harmless: ScoreItem[] = [
      stateItem('stalled'),
      stateItem('live'),
      { kind: 'dropped', streamId: 'a', windowIndex: 7 },
    ];
    const gap: ScoreItem = { kind: 'gap', streamId: 'a', reason: 'missing-frames', atPtsMs: 9 };
    expect((await run([...items('a'), ...harmless, gap])).slice(-5)).toEqual([
      'stalled',
      'live',
      'dropped',
      'a-1 stream-lost',
      'gap',
    ]);
  });

  test('an error of the source ends open actions and goes on', async () => {
    const heard: string[] = [];
    const failing = concat(
      from(items('a')),
      throwError(() => new Error('boom')),
    );
    const end = new Promise((resolve) => {
      failing.pipe(operator()).subscribe({ next: (message) => heard.push(brief(message)), error: resolve });
    });
    await expect(end).resolves.toMatchObject({ message: 'boom' });
    expect(heard.at(-1)).toBe('a-1 stream-lost');
  });

  test('each subscription counts on its own: two replays are byte-identical', async () => {
    const source = from([...items('a'), ...items('b')]).pipe(operator(), toArray());
    const events = async (): Promise<string> =>
      JSON.stringify((await firstValueFrom(source)).filter(({ kind }) => kind === 'event'));
    expect(await events()).toBe(await events());
  });
});
