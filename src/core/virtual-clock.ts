/** Time in a replay: the capture time of the newest frame, so that the same file always tells the same times. */
import type { Clock } from './clock.js';
import type { StreamItem } from './types.js';

export class VirtualClock implements Clock {
  #nowMs = 0;

  now(): number {
    return this.#nowMs;
  }

  /** Moves on to the item's time, never back; other items than frames leave it. */
  follow(item: StreamItem): void {
    if (item.kind === 'frame') this.#nowMs = Math.max(this.#nowMs, item.frame.capturedAtMs);
  }
}
