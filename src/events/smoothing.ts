/** Smooths scores in media time, so that the stride and dropped windows do not change how fast it reacts. */

/**
 * Exponential moving average with a time constant: after a step of the input, 63 % of it is reached after
 * `timeConstantMs`, however many windows arrived meanwhile. The first values after a start or `reset` pass unchanged.
 * It never overshoots: while it rises the newest value is above it, while it falls the newest value is below it.
 */
export class MediaTimeAverage {
  #average: Float64Array | undefined;
  #atMs = 0;

  constructor(private readonly timeConstantMs: number) {}

  /** Takes the values at media time `atMs` (not decreasing between resets) and returns a fresh copy of the averages. */
  push(values: Float32Array, atMs: number): Float64Array {
    const before = this.#average;
    const weight = before === undefined ? 1 : this.#weight(atMs - this.#atMs);
    this.#average = Float64Array.from(values, (value, i) => mix(known(before?.[i]) ?? value, value, weight));
    this.#atMs = atMs;
    return this.#average.slice();
  }

  /** The values are of other things from now on: each was number `from[i]` before, or, at -1, is new and passes unchanged first. */
  rearrange(from: readonly number[]): void {
    const before = this.#average;
    if (before !== undefined) this.#average = Float64Array.from(from, (i) => before[i] ?? Number.NaN);
  }

  reset(): void {
    this.#average = undefined;
  }

  #weight(elapsedMs: number): number {
    return this.timeConstantMs === 0 ? 1 : 1 - Math.exp(-elapsedMs / this.timeConstantMs);
  }
}

function known(value: number | undefined): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}

function mix(from: number, to: number, weight: number): number {
  return from + (to - from) * weight;
}
