/** One stream's last T frames as they leave layer 0, oldest first. */
export class KeptFrames {
  readonly #data: Float32Array;

  /** `length`: numbers of all T frames together. */
  constructor(length: number) {
    this.#data = new Float32Array(length);
  }

  /** Puts the rows of new frames, oldest first, behind the others and drops as many; the result is a view, good until the next call. */
  push(rows: Float32Array): Float32Array {
    this.#data.copyWithin(0, rows.length);
    this.#data.set(rows, this.#data.length - rows.length);
    return this.#data;
  }
}
