/** Notices when an awaited thing does not come, counting only the time somebody is really waiting for it. */

export interface WatchdogStep {
  /** Milliseconds of waiting after which `act` is called, counted from the last `feed`. */
  readonly afterMs: number;
  readonly act: () => void;
}

/** Fires each of its steps once per silence. `pause` while the program itself is what keeps the source waiting. */
export class Watchdog {
  #waitedMs = 0;
  #resumedAt: number | undefined;
  #fired = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param steps in ascending order of `afterMs` */
  constructor(private readonly steps: readonly WatchdogStep[]) {}

  /** The awaited thing came: the count starts again. */
  feed(): void {
    const running = this.#resumedAt !== undefined;
    this.pause();
    this.#waitedMs = 0;
    this.#fired = 0;
    if (running) this.resume();
  }

  resume(): void {
    if (this.#resumedAt !== undefined) return;
    this.#resumedAt = performance.now();
    this.#arm();
  }

  pause(): void {
    clearTimeout(this.#timer);
    if (this.#resumedAt !== undefined) this.#waitedMs += performance.now() - this.#resumedAt;
    this.#resumedAt = undefined;
  }

  #arm(): void {
    const step = this.steps[this.#fired];
    if (step === undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#fired++;
        step.act();
        if (this.#resumedAt !== undefined) {
          this.pause();
          this.resume();
        }
      },
      Math.max(0, step.afterMs - this.#waitedMs),
    );
  }
}
