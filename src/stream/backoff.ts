/** How long to wait before the next connection attempt. */
import type { Retry } from './failure.js';

export interface BackoffOptions {
  /** First delay, milliseconds. */
  readonly initialMs: number;
  /** Longest delay, milliseconds. */
  readonly maxMs: number;
  /** Each delay is `factor` times the one before. */
  readonly factor: number;
  /** Random part of each delay, 0..1: it is scaled by a number in `(1 - jitter, 1]`, so that cameras lost together do not return together. */
  readonly jitter: number;
}

export const defaultBackoff: BackoffOptions = { initialMs: 500, maxMs: 30_000, factor: 2, jitter: 0.5 };

/**
 * @param failures consecutive failures so far, from 1
 * @param random in [0, 1)
 * @returns whole milliseconds, at most `maxMs`
 */
export function backoffDelay(
  retry: Exclude<Retry, 'no'>,
  failures: number,
  options: BackoffOptions,
  random: number,
): number {
  const grown = retry === 'slowly' ? options.maxMs : options.initialMs * options.factor ** (failures - 1);
  return Math.round(Math.min(grown, options.maxMs) * (1 - options.jitter * random));
}
