/** Pairs the actions of one stream in two logs: the same ones first, then the shifted, then the relabelled. */
import type { Difference } from './difference.js';
import type { LoggedAction } from './event-log.js';
import { largestMatching } from './largest-matching.js';

export interface Tolerances {
  /** Least intersection over union of the two intervals, 0..1. Default 0.5, or 0 when `timeMs` is given. */
  readonly minIou: number;
  /** How far each end may be away, milliseconds of media time. Default: not looked at. */
  readonly timeMs?: number;
  /** How far the peak scores may be apart, 0..1. Default: not looked at. */
  readonly score?: number;
}

/** Rounding of times and scores that went through JSON is no difference. */
const rounding = 1e-9;

/** Actions of other labels are taken for the same happening from this overlap on. */
const relabelledIou = 0.5;

/** All actions belong to one stream, in the order of their beginnings. */
export function pairActions(
  expected: readonly LoggedAction[],
  actual: readonly LoggedAction[],
  tolerances: Tolerances,
): { same: number; differences: Difference[] } {
  const sameLabel = (a: LoggedAction, b: LoggedAction): boolean => a.label === b.label;
  const same = matched(expected, actual, (a, b) => sameLabel(a, b) && isWithin(a, b, tolerances));
  const moved = matched(same.expectedLeft, same.actualLeft, (a, b) => sameLabel(a, b) && overlap(a, b) > 0);
  const renamed = matched(moved.expectedLeft, moved.actualLeft, (a, b) => overlap(a, b) >= relabelledIou);
  const differences: Difference[] = [
    ...moved.pairs.map(([a, b]) => changed(timesAreWithin(a, b, tolerances) ? 'rescored' : 'shifted', a, b)),
    ...renamed.pairs.map(([a, b]) => changed('relabelled', a, b)),
    ...renamed.expectedLeft.map((a): Difference => ({ kind: 'missing', streamId: a.streamId, expected: a })),
    ...renamed.actualLeft.map((b): Difference => ({ kind: 'extra', streamId: b.streamId, actual: b })),
  ];
  return { same: same.pairs.length, differences };
}

/** Intersection over union of the intervals of two actions: 1 for two equal ones, however short. */
export function overlap(a: LoggedAction, b: LoggedAction): number {
  const shared = Math.min(a.toMs, b.toMs) - Math.max(a.fromMs, b.fromMs);
  const whole = Math.max(a.toMs, b.toMs) - Math.min(a.fromMs, b.fromMs);
  return whole === 0 ? 1 : Math.max(0, shared) / whole;
}

function isWithin(a: LoggedAction, b: LoggedAction, tolerances: Tolerances): boolean {
  const { score = Infinity } = tolerances;
  return timesAreWithin(a, b, tolerances) && Math.abs(a.peak - b.peak) <= score + rounding;
}

function timesAreWithin(a: LoggedAction, b: LoggedAction, { minIou, timeMs }: Tolerances): boolean {
  const limitMs = (timeMs ?? Infinity) + rounding;
  if (Math.abs(a.fromMs - b.fromMs) > limitMs || Math.abs(a.toMs - b.toMs) > limitMs) return false;
  const iou = overlap(a, b);
  // Without any limit of time, actions that do not even touch are never the same.
  return iou >= minIou - rounding && (iou > 0 || timeMs !== undefined);
}

function changed(
  kind: 'shifted' | 'rescored' | 'relabelled',
  expected: LoggedAction,
  actual: LoggedAction,
): Difference {
  return { kind, streamId: expected.streamId, expected, actual };
}

/** As many pairs as `fits` allows, those that overlap most first, and what is left over on each side. */
function matched(
  expected: readonly LoggedAction[],
  actual: readonly LoggedAction[],
  fits: (a: LoggedAction, b: LoggedAction) => boolean,
): { pairs: [LoggedAction, LoggedAction][]; expectedLeft: LoggedAction[]; actualLeft: LoggedAction[] } {
  const worse = (a: LoggedAction, b: LoggedAction, c: LoggedAction): number =>
    overlap(a, c) - overlap(a, b) || Math.abs(a.fromMs - b.fromMs) - Math.abs(a.fromMs - c.fromMs);
  const choices = expected.map((a) => actual.filter((b) => fits(a, b)).sort((b, c) => worse(a, b, c)));
  const partners = largestMatching(expected, choices);
  const used = new Set(partners.values());
  return {
    pairs: [...partners],
    expectedLeft: expected.filter((a) => !partners.has(a)),
    actualLeft: actual.filter((b) => !used.has(b)),
  };
}
