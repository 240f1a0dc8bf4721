/** A timer that looks twice, because our own event loop may have been blocked: its timers run before the messages that waited. */

/** How long after the first look the second one is, and so the longest that a message may still be under way. Milliseconds. */
export const secondLookMs = 1000;

export class PatientTimer {
  #timer: NodeJS.Timeout | undefined;

  /** Calls `act` after `ms` and `secondLookMs` more, unless started again or stopped before. */
  start(ms: number, act: () => void): void {
    this.stop();
    this.#timer = setTimeout(() => (this.#timer = setTimeout(act, secondLookMs)), ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
