/** Turns the scores of one stream into the life of its actions; docs/events.md describes the state machine. */
import type { Clock } from '../core/clock.js';
import type { LabelSet } from '../core/label-set.js';
import type { ActionEvent, Scores } from '../core/types.js';
import { LabelTrack } from './label-track.js';
import { OpenAction, type Moment } from './open-action.js';
import { optionsFor, thresholdsOf, type ActionOptions } from './options.js';
import { MediaTimeAverage } from './smoothing.js';
import { referenceMs } from './window-time.js';

export interface Tracked {
  readonly smoothed: Float32Array;
  /** In order: what ended, what started, what goes on. */
  readonly events: readonly ActionEvent[];
}

/** Pure apart from the clock it is given: the same scores give the same events. One tracker per stream. */
export class ActionTracker {
  readonly #average: MediaTimeAverage;
  #labels: readonly string[] = [];
  #labelSet: LabelSet | undefined;
  /** The given options with what is special about the labels of the present set. */
  #options: ActionOptions;
  #tracks: LabelTrack[] = [];
  #open: OpenAction[] = [];
  #moment: Moment | undefined;
  /** No action begins before this: what was told earlier lasted until here. */
  #floorMs = Number.NEGATIVE_INFINITY;
  #count = 0;

  /** `options` come from `resolveActionOptions`. */
  constructor(
    private readonly given: ActionOptions,
    private readonly clock: Clock,
  ) {
    this.#options = given;
    this.#average = new MediaTimeAverage(given.smoothingMs);
  }

  /** Takes the scores of the next window. A reference time before the last one counts as a gap. */
  push(scores: Scores): Tracked {
    const refMs = referenceMs(scores, this.#options.referencePoint);
    const before = this.#restartIfNeeded(scores, refMs);
    if (scores.lastPtsMs < this.#floorMs) this.#floorMs = Number.NEGATIVE_INFINITY; // a new timeline
    const smoothed = this.#average.push(scores.values, refMs);
    this.#observe(scores, smoothed, refMs);
    const moment = { scores, smoothed, refMs };
    this.#moment = moment;
    this.#letRise();
    const events = [...before, ...this.#announce(moment), ...this.#endFallen(moment), ...this.#update(moment)];
    return { smoothed: Float32Array.from(smoothed), events };
  }

  /**
   * The stream stops or tears: ends what is open and forgets all scores. An action still held in the last window of a stream is taken
   * to have lasted until that window's newest frame.
   */
  interrupt(reason: 'stream-lost' | 'stream-ended'): ActionEvent[] {
    const moment = this.#moment;
    const events = moment === undefined ? [] : this.#open.map((action) => endAtBreak(action, moment, reason));
    this.#floorMs = Math.max(this.#floorMs, ...events.map(({ toMs }) => toMs));
    this.#average.reset();
    this.#tracks = this.#makeTracks();
    this.#open = [];
    this.#moment = undefined;
    return events;
  }

  #restartIfNeeded({ labels, labelSet }: Scores, refMs: number): ActionEvent[] {
    const replaced =
      labelSet !== this.#labelSet || !sameLabels(this.#labels, labels) ? this.#adopt(labels, labelSet) : [];
    const back = this.#moment !== undefined && refMs < this.#moment.refMs ? this.interrupt('stream-lost') : [];
    return [...replaced, ...back];
  }

  /** Labels that stay as they were go on; open actions of all others end, and new ones begin at `idle`. */
  #adopt(labels: readonly string[], labelSet: LabelSet | undefined): ActionEvent[] {
    const [before, options] = [this.#tracks, optionsFor(this.given, labelSet)];
    const stays = ({ label }: LabelTrack): boolean =>
      labels.includes(label) && sameRules(this.#options, options, label);
    const kept = new Map(before.filter(stays).map((track) => [track.label, track]));
    const [moment, gone] = [this.#moment, this.#open.filter(({ track }) => kept.get(track.label) !== track)];
    const events = moment === undefined ? [] : gone.map((action) => endAtBreak(action, moment, 'replaced'));
    this.#floorMs = Math.max(this.#floorMs, ...events.map(({ toMs }) => toMs));
    this.#open = this.#open.filter((action) => !gone.includes(action));
    [this.#labels, this.#labelSet, this.#options] = [labels, labelSet, options];
    this.#tracks = labels.map((label) => kept.get(label) ?? this.#makeTrack(label));
    this.#average.rearrange(this.#tracks.map((track) => before.indexOf(track)));
    return events;
  }

  #makeTracks(): LabelTrack[] {
    return this.#labels.map((label) => this.#makeTrack(label));
  }

  #makeTrack(label: string): LabelTrack {
    return new LabelTrack(label, thresholdsOf(this.#options, label));
  }

  #observe({ values, firstPtsMs }: Scores, smoothed: Float64Array, refMs: number): void {
    const highest = Math.max(...this.#tracks.map(({ label }, i) => (this.#isBackground(label) ? 0 : (values[i] ?? 0))));
    this.#tracks.forEach((track, i) => {
      const raw = values[i] ?? 0;
      const leads = !this.#options.exclusive || raw >= highest;
      track.observe({ refMs, earliestMs: firstPtsMs, leads, raw, smoothed: smoothed[i] ?? 0 });
    });
  }

  #isBackground(label: string): boolean {
    return this.#options.backgroundLabels.includes(label);
  }

  #candidates(): LabelTrack[] {
    return this.#tracks.filter(({ label }) => !this.#isBackground(label));
  }

  /** Exclusive: only the leading label may rise, and its rise ends the rise of any other. */
  #letRise(): void {
    const rising = (this.#options.exclusive ? this.#leader() : this.#candidates()).filter((track) => track.mayRise);
    if (this.#options.exclusive && rising.length > 0) this.#dropOtherRises(rising);
    for (const track of rising) if (track.state === 'idle') track.rise();
  }

  #leader(): LabelTrack[] {
    const [first, ...others] = this.#candidates();
    if (first === undefined) return [];
    return [others.reduce((best, track) => (track.smoothed > best.smoothed ? track : best), first)];
  }

  #dropOtherRises(leaders: readonly LabelTrack[]): void {
    for (const track of this.#tracks) if (track.state === 'rising' && !leaders.includes(track)) track.move('idle');
  }

  /** Starts every rising label that has lasted long enough; exclusive: only the leader, and it replaces what is open. */
  #announce(moment: Moment): ActionEvent[] {
    const leader = this.#options.exclusive ? this.#leader() : this.#tracks;
    return leader.filter((track) => track.state === 'rising').flatMap((track) => this.#announceIfLasted(track, moment));
  }

  #announceIfLasted(track: LabelTrack, moment: Moment): ActionEvent[] {
    const { began } = track;
    if (began === undefined) return [];
    const floorMs = this.#earliestStartMs();
    if (track.heldToMs - Math.max(began.refMs, floorMs) < track.thresholds.minDurationMs) return [];
    const fromMs = Math.max(began.fromMs, floorMs);
    const ended = this.#options.exclusive ? this.#replace(fromMs, moment) : [];
    track.move('active');
    this.#count += 1;
    const id = `${this.#options.idPrefix}${moment.scores.streamId}-${this.#count}`;
    const context = { clock: this.clock, topCount: this.#options.topCount };
    const action = new OpenAction(id, track, fromMs, context, moment.refMs);
    this.#open.push(action);
    return [...ended, action.started(moment)];
  }

  /** Exclusive actions must not overlap: the next one begins after the least duration of the one it replaces. */
  #earliestStartMs(): number {
    const open = this.#options.exclusive ? this.#open : [];
    return Math.max(this.#floorMs, ...open.map((action) => action.earliestEndMs));
  }

  #replace(fromMs: number, moment: Moment): ActionEvent[] {
    return this.#open.map((action) => this.#end(action, moment, 'replaced', Math.min(action.track.heldToMs, fromMs)));
  }

  #endFallen(moment: Moment): ActionEvent[] {
    return this.#open
      .filter(({ track }) => track.state === 'falling')
      .filter(({ track }) => moment.refMs - track.heldToMs >= track.thresholds.gapToleranceMs)
      .map((action) => this.#end(action, moment, 'score-fell', action.track.heldToMs));
  }

  #end(action: OpenAction, moment: Moment, reason: 'replaced' | 'score-fell', toMs: number): ActionEvent {
    this.#open = this.#open.filter((other) => other !== action);
    if (this.#options.exclusive) this.#floorMs = Math.max(this.#floorMs, toMs);
    action.track.move('idle');
    return action.ended(moment, reason, toMs);
  }

  #update(moment: Moment): ActionEvent[] {
    return this.#open
      .map((action) => action.updated(moment, this.#options.updateEveryMs))
      .filter((event) => event !== undefined);
  }
}

function endAtBreak(action: OpenAction, moment: Moment, reason: NonNullable<ActionEvent['reason']>): ActionEvent {
  const { isHeld, heldToMs } = action.track;
  const lastedToEnd = isHeld && reason !== 'replaced';
  return action.ended(moment, reason, lastedToEnd ? Math.max(heldToMs, moment.scores.lastPtsMs) : heldToMs);
}

/** Whether a label makes events by the same thresholds under both options. */
function sameRules(a: ActionOptions, b: ActionOptions, label: string): boolean {
  if (a.backgroundLabels.includes(label) !== b.backgroundLabels.includes(label)) return false;
  const [left, right] = [thresholdsOf(a, label), thresholdsOf(b, label)];
  return (Object.keys(left) as (keyof typeof left)[]).every((name) => left[name] === right[name]);
}

function sameLabels(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((label, i) => label === b[i]));
}
