/** Counts failures in a row; a connection that showed pictures for a while begins a new row. */
import type { FailureKind } from './failure.js';
import { steadyAfterMs } from './stream-options.js';

export class FailureCount {
  #failures = 0;
  #crashes = 0;

  /** Failures in a row, at least 1 after the first `add`. */
  get failures(): number {
    return this.#failures;
  }

  /** Dead decoders in a row. */
  get crashes(): number {
    return this.#crashes;
  }

  /**
   * @param liveMs how long the failed connection had shown pictures, milliseconds; 0 when it never did
   * @param again whether the source starts from its beginning each time: pictures before the fatal one then prove nothing
   */
  add(kind: FailureKind, liveMs: number, again: boolean): void {
    const steady = liveMs >= steadyAfterMs;
    this.#failures = steady ? 1 : this.#failures + 1;
    if (kind === 'crashed') this.#crashes = steady && !again ? 1 : this.#crashes + 1;
    else this.#crashes = 0;
  }
}
