/** The operator from score items to what subscribers hear: one tracker per stream, open actions ended when a stream stops. */
import { catchError, concat, concatMap, defer, type OperatorFunction, throwError } from 'rxjs';
import { wallClock, type Clock } from '../core/clock.js';
import type { ActionEvent, ActionwireMessage, ScoreItem, Scores, StreamState } from '../core/types.js';
import { ActionTracker } from './action-tracker.js';
import type { ActionOptions } from './options.js';

export interface TrackActionsOptions {
  /** From `resolveActionOptions`. */
  readonly actions: ActionOptions;
  /** For `latencyMs`; the virtual clock in replay mode. */
  readonly clock?: Clock;
}

/**
 * Scores, gaps, drops and states of any number of streams in, messages out, in the same order. When the source
 * completes, open actions end with `stream-ended`; when it fails they end with `stream-lost` and the error goes on.
 */
export function trackActions(options: TrackActionsOptions): OperatorFunction<ScoreItem, ActionwireMessage> {
  return (source) =>
    defer(() => {
      const trackers = new Trackers(options);
      return concat(
        source.pipe(
          concatMap((item) => trackers.take(item)),
          catchError((error: unknown) =>
            concat(
              trackers.interruptAll('stream-lost'),
              throwError(() => error),
            ),
          ),
        ),
        defer(() => trackers.interruptAll('stream-ended')),
      );
    });
}

class Trackers {
  readonly #byStream = new Map<string, ActionTracker>();
  readonly #versions = new Map<string, number>();

  constructor(private readonly options: TrackActionsOptions) {}

  take(item: ScoreItem): ActionwireMessage[] {
    switch (item.kind) {
      case 'scores': {
        const { scores } = item;
        const { smoothed, events } = this.#of(scores.streamId).push(scores);
        return [...this.#changeOf(scores), { kind: 'scores', scores, smoothed }, ...asMessages(events)];
      }
      case 'gap':
        return [...asMessages(this.#of(item.streamId).interrupt('stream-lost')), item];
      case 'state':
        return [...this.#endWith(item.state), item];
      case 'dropped':
        return [item];
      default:
        return item satisfies never;
    }
  }

  interruptAll(reason: 'stream-lost' | 'stream-ended'): ActionwireMessage[] {
    return [...this.#byStream.values()].flatMap((tracker) => asMessages(tracker.interrupt(reason)));
  }

  /** Every label set but a stream's first is told, before the first scores that belong to it. */
  #changeOf({ streamId, labelSet }: Scores): ActionwireMessage[] {
    const version = labelSet?.version ?? 1;
    const before = this.#versions.get(streamId) ?? 1;
    this.#versions.set(streamId, version);
    return labelSet === undefined || version === before ? [] : [{ kind: 'labels', streamId, labelSet }];
  }

  /** `stalled` may recover, so it ends nothing; the gap or the loss after it does. */
  #endWith({ streamId, status }: StreamState): ActionwireMessage[] {
    if (status === 'ended') return asMessages(this.#of(streamId).interrupt('stream-ended'));
    if (status === 'lost' || status === 'failed') return asMessages(this.#of(streamId).interrupt('stream-lost'));
    return [];
  }

  #of(streamId: string): ActionTracker {
    const known = this.#byStream.get(streamId);
    if (known !== undefined) return known;
    const made = new ActionTracker(this.options.actions, this.options.clock ?? wallClock);
    this.#byStream.set(streamId, made);
    return made;
  }
}

function asMessages(events: readonly ActionEvent[]): ActionwireMessage[] {
  return events.map((event) => ({ kind: 'event', event }));
}
