/** Allows bursts and a steady rate, and says when somebody asks for more. */
import type { Clock } from '../core/clock.js';

/** A token bucket: holds up to `capacity` tokens, refilled at `perSecond`. */
export class RateLimit {
  #tokens: number;
  #atMs: number;

  constructor(
    private readonly capacity: number,
    private readonly perSecond: number,
    private readonly clock: Clock,
  ) {
    this.#tokens = capacity;
    this.#atMs = clock.now();
  }

  /** Takes `cost` tokens and returns true, or returns false when there are not enough. */
  take(cost: number): boolean {
    const now = this.clock.now();
    const refill = (Math.max(0, now - this.#atMs) / 1000) * this.perSecond;
    this.#tokens = Math.min(this.capacity, this.#tokens + refill) - cost;
    this.#atMs = now;
    return this.#tokens >= 0;
  }
}
