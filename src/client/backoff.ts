/** How long to wait before the next attempt: exponential with full jitter, so that many clients do not come back at once. */

/** Milliseconds, from 0 to `min(maxMs, baseMs * 2^failures)`; `failures` counts from 0, `random` gives 0 to 1. */
export function backoffMs(failures: number, baseMs: number, maxMs: number, random: () => number): number {
  return random() * Math.min(maxMs, baseMs * 2 ** Math.min(failures, 30));
}
