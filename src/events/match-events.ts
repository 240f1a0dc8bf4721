/** Compares recognised actions with the truth: precision, recall, F1 and onset delays. */

/** An action as an interval of media time, milliseconds. */
export interface Segment {
  readonly label: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface MatchOptions {
  /** Two segments match when intersection over union reaches this, 0..1 (0 excluded). Default 0.5. */
  readonly minIou?: number;
  /** Labels left out on both sides, for example the background. */
  readonly ignoredLabels?: readonly string[];
}

export interface SegmentMatch {
  readonly truth: Segment;
  readonly event: Segment;
  /** Temporal intersection over union, 0..1. */
  readonly iou: number;
  /** Recognised beginning minus true beginning, milliseconds; negative when early. */
  readonly onsetDelayMs: number;
}

export interface MatchReport {
  /** Matches / events, 0..1; 1 when there are no events. */
  readonly precision: number;
  /** Matches / truths, 0..1; 1 when there is no truth. */
  readonly recall: number;
  /** Harmonic mean of precision and recall, 0..1. */
  readonly f1: number;
  readonly matches: readonly SegmentMatch[];
  readonly missed: readonly Segment[];
  readonly spurious: readonly Segment[];
  /** Undefined without matches. */
  readonly medianOnsetDelayMs: number | undefined;
}

/**
 * Pairs each truth with at most one event of the same label, best overlap first, as detection challenges do
 * (THUMOS, ActivityNet). From an IoU of 0.5 up and without overlaps within a side the pairing is the only possible one.
 */
export function matchEvents(
  truth: readonly Segment[],
  events: readonly Segment[],
  { minIou = 0.5, ignoredLabels = [] }: MatchOptions = {},
): MatchReport {
  const counted = ({ label }: Segment): boolean => !ignoredLabels.includes(label);
  const truths = truth.filter(counted);
  const found = events.filter(counted);
  const matches = pairUp(truths, found, minIou);
  const precision = ratio(matches.length, found.length);
  const recall = ratio(matches.length, truths.length);
  return {
    precision,
    recall,
    f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
    matches,
    missed: truths.filter((segment) => !matches.some((match) => match.truth === segment)),
    spurious: found.filter((segment) => !matches.some((match) => match.event === segment)),
    medianOnsetDelayMs: median(matches.map((match) => match.onsetDelayMs)),
  };
}

/** Temporal intersection over union of two segments, 0..1; 0 when both are empty. */
export function temporalIou(a: Segment, b: Segment): number {
  const intersection = Math.max(0, Math.min(a.toMs, b.toMs) - Math.max(a.fromMs, b.fromMs));
  const union = a.toMs - a.fromMs + (b.toMs - b.fromMs) - intersection;
  return union > 0 ? intersection / union : 0;
}

function pairUp(truths: readonly Segment[], events: readonly Segment[], minIou: number): SegmentMatch[] {
  const pairs = truths
    .flatMap((truth) => events.filter(({ label }) => label === truth.label).map((event) => pair(truth, event)))
    .filter(({ iou }) => iou > 0 && iou >= minIou)
    .sort((a, b) => b.iou - a.iou);
  const used = new Set<Segment>();
  return pairs.filter(({ truth, event }) => {
    if (used.has(truth) || used.has(event)) return false;
    used.add(truth).add(event);
    return true;
  });
}

function pair(truth: Segment, event: Segment): SegmentMatch {
  return { truth, event, iou: temporalIou(truth, event), onsetDelayMs: event.fromMs - truth.fromMs };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1];
  const high = sorted[Math.floor(middle)];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
