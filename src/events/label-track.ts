/** Follows one label: remembers when its raw score rose and fell, and in which state the label is. */
import { canMove, type LabelState } from './label-state.js';
import type { LabelThresholds } from './options.js';
import { crossingMs, type Sample } from './window-time.js';

/** One window as one label sees it. `earliestMs` is where an action already running in the first window began. */
export interface Observation {
  readonly refMs: number;
  readonly earliestMs: number;
  /** False when another label's raw score is higher and only one action may go on: then this one has not begun. */
  readonly leads: boolean;
  readonly raw: number;
  readonly smoothed: number;
}

/** When the raw score rose above `enter`: in reference time, and the moment given to the outside. */
export interface Onset {
  readonly refMs: number;
  readonly fromMs: number;
}

export class LabelTrack {
  #state: LabelState = 'idle';
  #last: Sample | undefined;
  #onset: Onset | undefined;
  #began: Onset | undefined;
  #heldToMs = Number.NEGATIVE_INFINITY;
  #smoothed = 0;
  #peak = 0;

  constructor(
    readonly label: string,
    readonly thresholds: LabelThresholds,
  ) {}

  get state(): LabelState {
    return this.#state;
  }

  /** Smoothed score of the newest window. */
  get smoothed(): number {
    return this.#smoothed;
  }

  /** Highest smoothed score since the label began to rise. */
  get peak(): number {
    return this.#peak;
  }

  /** When the label began, from the moment it rises until it is idle again. */
  get began(): Onset | undefined {
    return this.#state === 'idle' ? undefined : this.#began;
  }

  /** Until when the raw score stayed at or above `exit`; stands still while the label is falling. */
  get heldToMs(): number {
    return this.#heldToMs;
  }

  /** True while the newest window still holds the label. */
  get isHeld(): boolean {
    return this.#state !== 'falling' && this.#last !== undefined && this.#last.value >= this.thresholds.exit;
  }

  /** Both scores of the newest window reach `enter`: the label may begin to rise. */
  get mayRise(): boolean {
    return this.#onset !== undefined && this.#smoothed >= this.thresholds.enter;
  }

  /** Begins to rise, back-dated to where the raw score crossed `enter`. Only while `mayRise`. */
  rise(): void {
    this.move('rising');
    this.#began = this.#onset;
  }

  /** Takes one window: updates the times, then lets the label fall or recover by its smoothed score. */
  observe(seen: Observation): void {
    const sample = { atMs: seen.refMs, value: seen.raw };
    this.#smoothed = seen.smoothed;
    this.#peak = this.#state === 'idle' ? seen.smoothed : Math.max(this.#peak, seen.smoothed);
    this.#followRise(sample, seen);
    this.#followState();
    if (this.#state !== 'falling') this.#followHold(sample);
    this.#last = sample;
    if (this.#state === 'active' && seen.smoothed < this.thresholds.exit) this.move('falling');
    if (this.#state === 'rising' && seen.smoothed < this.thresholds.exit) this.move('idle');
  }

  move(to: LabelState): void {
    if (!canMove(this.#state, to)) throw new RangeError(`A label cannot go from ${this.#state} to ${to}`);
    this.#state = to;
  }

  #followRise(sample: Sample, { leads, earliestMs }: Observation): void {
    if (!leads || sample.value < this.thresholds.enter) this.#onset = undefined;
    else this.#onset ??= this.#newOnset(sample, earliestMs);
  }

  /** Where the score crossed `enter`; where it was above before and only now leads, halfway between the two windows. */
  #newOnset(sample: Sample, earliestMs: number): Onset {
    const { enter } = this.thresholds;
    const last = this.#last;
    if (last === undefined) return { refMs: sample.atMs, fromMs: earliestMs };
    const refMs = last.value < enter ? crossingMs(last, sample, enter) : (last.atMs + sample.atMs) / 2;
    return { refMs, fromMs: refMs };
  }

  #followState(): void {
    if (this.#state === 'falling' && this.#smoothed >= this.thresholds.exit) this.move('active');
  }

  #followHold(sample: Sample): void {
    const { exit } = this.thresholds;
    if (sample.value >= exit) this.#heldToMs = sample.atMs;
    else if (this.#last !== undefined && this.#last.value >= exit) {
      this.#heldToMs = crossingMs(this.#last, sample, exit);
    }
  }
}
