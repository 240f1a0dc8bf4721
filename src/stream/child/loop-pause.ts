/** How long a looped recording rests between two passes, so that a very short one does not spin. */
import type { DecoderSettings } from '../protocol.js';

/** A pass never takes less, however short the recording is. Milliseconds. */
const leastPassMs = 100;

/**
 * A pass takes at least 100 ms and one frame period of the model; played in its own time, at least as long as its container says
 * (the last picture has a duration too). A container that promises far more than it holds is waited for no longer than a stall.
 * @param durationMs 0 when unknown
 * @param passedMs how long the pass has taken so far
 * @returns milliseconds, not negative
 */
export function loopPauseMs(
  { fps, pace, stallTimeoutMs }: Pick<DecoderSettings, 'fps' | 'pace' | 'stallTimeoutMs'>,
  durationMs: number,
  passedMs: number,
): number {
  const floorMs = Math.max(leastPassMs, 1000 / fps) - passedMs;
  const restMs = pace === 'media' ? Math.min(durationMs - passedMs, stallTimeoutMs) : 0;
  return Math.max(0, floorMs, restMs);
}
