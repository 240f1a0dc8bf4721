/** An announced action and the events that tell its life. */
import type { Clock } from '../core/clock.js';
import type { ActionEvent, Scores } from '../core/types.js';
import type { LabelTrack } from './label-track.js';
import { roundScore, topScores } from './top-scores.js';

/** What was known when the newest window had been taken. */
export interface Moment {
  readonly scores: Scores;
  readonly smoothed: Float64Array;
  readonly refMs: number;
}

export interface EventContext {
  readonly clock: Clock;
  readonly topCount: number;
}

/** One action from its announcement to its end; `toMs` never lies before `fromMs`. */
export class OpenAction {
  #toldAtMs: number;

  constructor(
    readonly id: string,
    readonly track: LabelTrack,
    readonly fromMs: number,
    private readonly context: EventContext,
    announcedAtMs: number,
  ) {
    this.#toldAtMs = announcedAtMs;
  }

  /** Before this media time no other action may take over, so that every announced action lasts its minimum. */
  get earliestEndMs(): number {
    return this.fromMs + this.track.thresholds.minDurationMs;
  }

  started(moment: Moment): ActionEvent {
    return this.#event('action.started', moment, this.track.smoothed, this.track.heldToMs);
  }

  /** An `action.updated` when the last word on this action is `everyMs` old and it is still held, else undefined. */
  updated(moment: Moment, everyMs: number): ActionEvent | undefined {
    if (!this.track.isHeld || moment.refMs - this.#toldAtMs < everyMs) return undefined;
    this.#toldAtMs = moment.refMs;
    return this.#event('action.updated', moment, this.track.smoothed, this.track.heldToMs);
  }

  ended(moment: Moment, reason: NonNullable<ActionEvent['reason']>, toMs: number): ActionEvent {
    return { ...this.#event('action.ended', moment, this.track.peak, toMs), reason };
  }

  #event(type: ActionEvent['type'], moment: Moment, score: number, toMs: number): ActionEvent {
    const { scores, smoothed } = moment;
    const { capturedAtMs } = scores.timing;
    const fromMs = Math.round(this.fromMs);
    return {
      type,
      id: this.id,
      streamId: scores.streamId,
      label: this.track.label,
      score: roundScore(score),
      peak: roundScore(this.track.peak),
      top: topScores(scores.labels, smoothed, this.context.topCount),
      ...(scores.labelSet === undefined ? {} : { labelSet: scores.labelSet.version }),
      fromMs,
      toMs: Math.max(fromMs, Math.round(toMs)),
      capturedAtMs,
      decidedAtMs: Math.round(scores.lastPtsMs),
      latencyMs: Math.max(0, Math.round((this.context.clock.now() - capturedAtMs) * 10) / 10),
    };
  }
}
