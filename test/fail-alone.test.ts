import { map, merge, Subject, throwError, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ActionwireError } from '../src/core/errors.js';
import type { ActionwireMessage, ScoreItem, StreamItem } from '../src/core/types.js';
import { resolveActionOptions, trackActions } from '../src/events/index.js';
import { failAlone } from '../src/fail-alone.js';
import { recognise } from '../src/pipeline.js';

const clock = { now: () => 5000 };

function stateOf(streamId: string, attempt: number): ActionwireMessage {
  return { kind: 'state', state: { streamId, status: 'live', atMs: 1, attempt } };
}

function brief(message: ActionwireMessage): string {
  if (message.kind === 'event') return `${message.event.type} ${message.event.reason ?? ''}`.trim();
  return message.kind === 'state' ? `${message.state.streamId} ${message.state.status}` : message.kind;
}

/** A window that shows `walking` for each number. */
function scoresOf(streamId: string, indices: Observable<number>): Observable<ScoreItem> {
  return indices.pipe(
    map((windowIndex) => {
      const times = { firstPtsMs: 1000 * windowIndex, lastPtsMs: 1000 * windowIndex + 500 };
      const timing = { capturedAtMs: 5000, queueMs: 0, inferenceMs: 0 };
      const values = Float32Array.of(0.9, 0.1);
      const scores = { streamId, windowIndex, ...times, labels: ['walking', 'waving'], values, timing };
      return { kind: 'scores', scores } as const;
    }),
  );
}

describe('failAlone', () => {
  it('makes the last state of an error, with code, sentence and attempt, and completes', () => {
    const heard: unknown[] = [];
    const told: ActionwireError[] = [];
    const source = new Subject<ActionwireMessage>();
    const options = { streamId: 'a', clock, onFailure: (error: ActionwireError) => void told.push(error) };
    source.pipe(failAlone(options)).subscribe({ next: (item) => heard.push(item), complete: () => heard.push('end') });
    source.next(stateOf('a', 3));
    source.error(new ActionwireError('INFERENCE_FAILED', 'no memory'));
    const state = { status: 'failed', atMs: 5000, attempt: 3, code: 'INFERENCE_FAILED', reason: 'no memory' };
    expect(heard).toEqual([stateOf('a', 3), { kind: 'state', state: { streamId: 'a', ...state } }, 'end']);
    expect(told.map(({ code }) => code)).toEqual(['INFERENCE_FAILED']);
  });

  it('calls what is no ActionwireError INTERNAL, in attempt 1 when nothing was heard before', () => {
    const heard: ActionwireMessage[] = [];
    const options = { streamId: 'a', clock, onFailure: () => undefined };
    throwError(() => new Error('odd'))
      .pipe(failAlone(options))
      .subscribe((item) => heard.push(item));
    expect(heard).toMatchObject([{ state: { status: 'failed', attempt: 1, code: 'INTERNAL', reason: 'odd' } }]);
  });

  it('leaves other streams going, and ends the open action of the one that failed first', () => {
    const actions = resolveActionOptions({ minDurationMs: 0, smoothingMs: 0 });
    const heard: string[] = [];
    let ended = false;
    const streams = ['a', 'b'].map((streamId) => {
      const items = new Subject<StreamItem>();
      const scores = new Subject<number>();
      const messages = recognise(items, {
        window: () => new Subject(),
        classify: () => scoresOf(streamId, scores),
        track: trackActions({ actions, clock }),
      });
      return { scores, messages: messages.pipe(failAlone({ streamId, clock, onFailure: () => undefined })) };
    });
    merge(...streams.map(({ messages }) => messages)).subscribe({
      next: (message) => heard.push(brief(message)),
      complete: () => (ended = true),
    });
    const [a, b] = streams;
    for (const index of [0, 1]) a!.scores.next(index);
    a!.scores.error(new ActionwireError('INFERENCE_GAVE_UP', 'twice'));
    b!.scores.next(0);
    expect(heard.filter((line) => line !== 'action.updated')).toEqual([
      ...['scores', 'action.started', 'scores', 'action.ended stream-lost', 'a failed', 'scores', 'action.started'],
    ]);
    expect(ended).toBe(false);
    b!.scores.complete();
    expect(heard.at(-1)).toBe('action.ended stream-ended');
    expect(ended).toBe(true);
  });
});
