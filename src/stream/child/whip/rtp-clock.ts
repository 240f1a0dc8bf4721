/** Makes of RTP's 32-bit timestamps, which wrap every 13 hours, one line of time. */

export class RtpClock {
  #last: number | undefined;
  #high = 0n;

  /** @returns the timestamp with the wraps so far counted in; it may go back a little, as the timestamps themselves do */
  unwrap(timestamp: number): bigint {
    const last = this.#last ?? timestamp;
    const step = (timestamp - last) | 0; // the shorter way round
    const wrapped = step >= 0 && timestamp < last;
    const unwrapped = step < 0 && timestamp > last;
    if (wrapped) this.#high += 1n << 32n;
    if (unwrapped) this.#high -= 1n << 32n;
    this.#last = timestamp;
    return this.#high + BigInt(timestamp);
  }
}
