/** When, in media time, the label of a window applies, and when between two windows a score crossed a level. */

/** The media time a window speaks for: `referencePoint` 0 is its oldest frame, 1 its newest. */
export function referenceMs(window: { firstPtsMs: number; lastPtsMs: number }, referencePoint: number): number {
  return window.firstPtsMs + referencePoint * (window.lastPtsMs - window.firstPtsMs);
}

export interface Sample {
  readonly atMs: number;
  readonly value: number;
}

/** The time at which the straight line from `before` to `after` meets `level`; `after.atMs` when the values are equal. */
export function crossingMs(before: Sample, after: Sample, level: number): number {
  const rise = after.value - before.value;
  if (rise === 0) return after.atMs;
  const fraction = Math.min(1, Math.max(0, (level - before.value) / rise));
  return before.atMs + fraction * (after.atMs - before.atMs);
}
