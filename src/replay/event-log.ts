/** What is compared of a run: its actions, its gaps and its states, in the order in which they were told. */
import type { ActionwireMessage, GapReason, StreamState } from '../core/types.js';

/** An action as it was last told of. */
export interface LoggedAction {
  readonly id: string;
  readonly streamId: string;
  readonly label: string;
  /** Highest smoothed score, 0..1. */
  readonly peak: number;
  /** Media time, milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Why it ended; missing when the log stops before its end. */
  readonly reason?: 'score-fell' | 'replaced' | 'stream-lost' | 'stream-ended';
}

export interface LoggedGap {
  readonly streamId: string;
  readonly reason: GapReason;
  /** Media time, milliseconds. */
  readonly atPtsMs: number;
}

/** A state without the decoder that was at work: that differs from machine to machine, and is not compared. */
export type LoggedState = Omit<StreamState, 'decoder'>;

export interface EventLog {
  /** By stream, then in the order of their beginnings. */
  readonly actions: readonly LoggedAction[];
  readonly gaps: readonly LoggedGap[];
  readonly states: readonly LoggedState[];
}

/** One message of a run that a log keeps. */
export type LogEntry =
  | { readonly kind: 'action'; readonly action: LoggedAction }
  | { readonly kind: 'gap'; readonly gap: LoggedGap }
  | { readonly kind: 'state'; readonly state: LoggedState };

/** Collects a log message by message; its size is that of the actions, gaps and states, however many messages there are. */
export class EventLogBuilder {
  readonly #actions = new Map<string, LoggedAction>();
  readonly #gaps: LoggedGap[] = [];
  readonly #states: LoggedState[] = [];

  add(entry: LogEntry): void {
    switch (entry.kind) {
      case 'action':
        this.#actions.set(entry.action.id, entry.action);
        break;
      case 'gap':
        this.#gaps.push(entry.gap);
        break;
      case 'state':
        this.#states.push(entry.state);
        break;
      default:
        entry satisfies never;
    }
  }

  build(): EventLog {
    const byStreamAndTime = (a: LoggedAction, b: LoggedAction): number =>
      a.streamId === b.streamId ? a.fromMs - b.fromMs : a.streamId < b.streamId ? -1 : 1;
    const actions = [...this.#actions.values()].sort(byStreamAndTime);
    return { actions, gaps: this.#gaps, states: this.#states };
  }
}

/** The entry of a message of the pipeline; undefined for scores, drops and labels. */
export function entryOf(message: ActionwireMessage): LogEntry | undefined {
  if (message.kind === 'state') return { kind: 'state', state: message.state };
  if (message.kind === 'gap') {
    const { streamId, reason, atPtsMs } = message;
    return { kind: 'gap', gap: { streamId, reason, atPtsMs } };
  }
  if (message.kind !== 'event') return undefined;
  const { id, streamId, label, peak, fromMs, toMs, type, reason = 'score-fell' } = message.event;
  const ended = type === 'action.ended' ? { reason } : {};
  return { kind: 'action', action: { id, streamId, label, peak, fromMs, toMs, ...ended } };
}
