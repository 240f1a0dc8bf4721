/** The mean of the last T frames' patch terms as a sliding sum that cannot drift. */

/** Terms are rounded to multiples of this: 3e-8 at most, below what float32 resolves for numbers of 0.5 and more. */
const step = 2 ** -24;
/** Larger terms are refused, because their sum would no longer be exact. No trained model comes near. */
const limit = 2 ** 18;

/**
 * The sum is kept in float64. Sums of up to 2048 multiples of 2^-24 below 2^18 need 53 bits, which float64 has, so adding the new term
 * and subtracting the oldest rounds nothing: after any number of frames the sum is, to the bit, that of the T terms held.
 */
export class PatchMean {
  readonly #terms: readonly Float32Array[];
  readonly #sum: Float64Array;
  #oldest = 0;

  /** @param frames T; @param length numbers in a term, `patches x projection` */
  constructor(frames: number, length: number) {
    this.#terms = Array.from({ length: frames }, () => new Float32Array(length));
    this.#sum = new Float64Array(length);
  }

  /** The term of the next frame; it is copied. @throws RangeError for numbers that are not finite or far too large */
  add(term: Float32Array): void {
    const slot = this.#terms[this.#oldest];
    if (slot?.length !== term.length) throw new RangeError(`a patch term of ${term.length} numbers`);
    for (let i = 0; i < term.length; i++) {
      const value = Math.round((term[i] ?? 0) / step) * step;
      if (!(Math.abs(value) < limit)) throw new RangeError(`a patch term holds ${term[i] ?? 'nothing'}`);
      this.#sum[i] = (this.#sum[i] ?? 0) + value - (slot[i] ?? 0);
      slot[i] = value;
    }
    this.#oldest = (this.#oldest + 1) % this.#terms.length;
  }

  /** The mean over T frames, `[patches x projection]`; frames that never came count as zero. */
  mean(): Float32Array {
    return Float32Array.from(this.#sum, (sum) => sum / this.#terms.length);
  }
}
