/** How good the events of one or more recordings are, all together and label by label. */
import { matchEvents, type MatchReport, type Segment } from './match-events.js';

/** An action with the media time at which it was announced. Milliseconds. */
export interface ToldAction extends Segment {
  readonly toldMs: number;
}

/** One recording: what it shows, and what was recognised. */
export interface JudgedStream {
  readonly truth: readonly Segment[];
  readonly actions: readonly ToldAction[];
}

export interface Quality {
  readonly truths: number;
  readonly events: number;
  readonly matched: number;
  /** 0..1; as `MatchReport` has them, over all recordings together. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Milliseconds of media time after the true beginning; negative when before. Undefined without matches. */
export interface Delay {
  readonly medianMs: number | undefined;
  readonly p90Ms: number | undefined;
}

export interface EventReport {
  /** By the least intersection over union of a match. */
  readonly overall: readonly (Quality & { readonly minIou: number })[];
  /** At an intersection over union of 0.5, in the order of the alphabet. */
  readonly labels: readonly (Quality & { readonly label: string })[];
  /** When the event says that the action began. At an intersection over union of 0.5. */
  readonly onset: Delay;
  /** When it was announced. At an intersection over union of 0.5. */
  readonly announced: Delay;
}

const overlaps = [0.3, 0.5, 0.7] as const;
const usual = 0.5;

/** @param ignoredLabels left out on both sides, as the background is */
export function eventReport(streams: readonly JudgedStream[], ignoredLabels: readonly string[] = []): EventReport {
  const at = (minIou: number): MatchReport[] =>
    streams.map(({ truth, actions }) => matchEvents(truth, actions, { minIou, ignoredLabels }));
  const reports = at(usual);
  const matches = reports.flatMap((report) => report.matches);
  const labels = new Set(reports.flatMap((report) => segmentsOf(report).map(({ label }) => label)));
  return {
    overall: overlaps.map((minIou) => ({ minIou, ...qualityOf(at(minIou)) })),
    labels: [...labels].sort().map((label) => ({ label, ...qualityOf(reports.map((report) => only(label, report))) })),
    onset: delayOf(matches.map(({ onsetDelayMs }) => onsetDelayMs)),
    announced: delayOf(matches.map(({ truth, event }) => (event as ToldAction).toldMs - truth.fromMs)),
  };
}

type Matched = Pick<MatchReport, 'matches' | 'missed' | 'spurious'>;

function segmentsOf({ matches, missed, spurious }: Matched): Segment[] {
  return [...matches.map(({ truth }) => truth), ...missed, ...spurious];
}

function only(label: string, { matches, missed, spurious }: Matched): Matched {
  const own = (segment: Segment): boolean => segment.label === label;
  return {
    matches: matches.filter(({ truth }) => own(truth)),
    missed: missed.filter(own),
    spurious: spurious.filter(own),
  };
}

function qualityOf(reports: readonly Matched[]): Quality {
  const count = (of: (report: Matched) => number): number => reports.reduce((sum, report) => sum + of(report), 0);
  const matched = count(({ matches }) => matches.length);
  const truths = matched + count(({ missed }) => missed.length);
  const events = matched + count(({ spurious }) => spurious.length);
  const precision = events === 0 ? 1 : matched / events;
  const recall = truths === 0 ? 1 : matched / truths;
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { truths, events, matched, precision, recall, f1 };
}

/** Nearest rank: values that occurred. */
function delayOf(delays: readonly number[]): Delay {
  const sorted = [...delays].sort((a, b) => a - b);
  const rank = (share: number): number | undefined => sorted[Math.ceil(share * sorted.length) - 1];
  return { medianMs: rank(0.5), p90Ms: rank(0.9) };
}
