/** Maps the timestamps of successive connections onto one media time that never goes back. */

export class Timeline {
  readonly #tickMs: number;
  #offsetMs: number;
  #lastMs: number | undefined;
  #broken: { readonly pauseMs: number } | undefined;

  /** @param keepStart keep the first timestamp as it is (a recording) instead of starting at 0 (a live source) */
  constructor(
    fps: number,
    private readonly keepStart: boolean,
  ) {
    this.#tickMs = 1000 / fps;
    this.#offsetMs = 0;
  }

  /** Media time of the newest frame so far, milliseconds; 0 before the first. */
  get nowMs(): number {
    return this.#lastMs ?? 0;
  }

  /**
   * The next timestamp belongs to another connection or pass: its own zero means nothing.
   * @param pauseMs how much media time to leave out for the break (0: one tick)
   */
  break(pauseMs = 0): void {
    this.#broken = { pauseMs };
  }

  /** @returns media time in milliseconds, larger than every one before */
  place(ptsMs: number): number {
    const placed = this.#shift(ptsMs);
    this.#lastMs = placed;
    return placed;
  }

  #shift(ptsMs: number): number {
    const broken = this.#broken;
    this.#broken = undefined;
    if (this.#lastMs === undefined) this.#offsetMs = this.keepStart ? 0 : -ptsMs;
    else if (broken) this.#offsetMs = this.#lastMs + Math.max(this.#tickMs, broken.pauseMs) - ptsMs;
    else if (ptsMs + this.#offsetMs <= this.#lastMs) this.#offsetMs = this.#lastMs + this.#tickMs - ptsMs;
    return ptsMs + this.#offsetMs;
  }
}
