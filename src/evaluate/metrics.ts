/** Accuracy, per class and overall, and the confusion matrix of scored clips. */
import type { ClipResult } from './outcome.js';

export interface ClassAccuracy {
  readonly label: string;
  readonly clips: number;
  /** Shares of the clips, 0..1. */
  readonly top1: number;
  readonly top5: number;
}

export interface Confusion {
  /** The labels that are true or recognised for any clip, in the label set's order. */
  readonly labels: readonly string[];
  /** `counts[true][recognised]` */
  readonly counts: readonly (readonly number[])[];
}

export interface Metrics {
  readonly clips: number;
  /** Shares of the clips whose true label is the best one, or one of the best five, 0..1. */
  readonly top1: number;
  readonly top5: number;
  /** Mean of the classes' top-1, 0..1: every class counts the same. */
  readonly meanClassTop1: number;
  /** Classes with clips, in the label set's order. */
  readonly perClass: readonly ClassAccuracy[];
  readonly confusion: Confusion;
}

/** @throws RangeError without results */
export function computeMetrics(results: readonly ClipResult[], labels: readonly string[]): Metrics {
  if (results.length === 0) throw new RangeError('no results');
  const perClass = labels.flatMap((label) => {
    const own = results.filter((result) => result.label === label);
    return own.length === 0 ? [] : [{ label, clips: own.length, top1: within(own, 1), top5: within(own, 5) }];
  });
  return {
    clips: results.length,
    top1: within(results, 1),
    top5: within(results, 5),
    meanClassTop1: perClass.reduce((sum, { top1 }) => sum + top1, 0) / perClass.length,
    perClass,
    confusion: confuse(results, labels),
  };
}

function within(results: readonly ClipResult[], best: number): number {
  return results.filter(({ rank }) => rank < best).length / results.length;
}

function confuse(results: readonly ClipResult[], all: readonly string[]): Confusion {
  const seen = new Set(results.flatMap(({ label, top }) => [label, top[0]?.label ?? label]));
  const labels = all.filter((label) => seen.has(label));
  const at = new Map(labels.map((label, i) => [label, i]));
  const counts = labels.map(() => labels.map(() => 0));
  for (const { label, top } of results) {
    const row = counts[at.get(label) ?? -1];
    const column = at.get(top[0]?.label ?? '') ?? -1;
    if (row?.[column] !== undefined) row[column] += 1;
  }
  return { labels, counts };
}
