/** The last `frameCount` frames of a stream, kept so that they always lie in one piece of memory. */

/**
 * A mirror ring: `2 x frameCount` slots, every frame written twice (at `i` and `i + frameCount`), so that the newest
 * `frameCount` frames are one contiguous view at every moment. One extra copy per frame buys a window without copies.
 */
export class FrameRing {
  readonly #bytes: Uint8Array;
  readonly #ptsMs: Float64Array;
  #next = 0;
  #size = 0;

  /**
   * @param frameCount frames per window, >= 1
   * @param frameBytes bytes of one frame (`height x width x 3`)
   */
  constructor(
    readonly frameCount: number,
    readonly frameBytes: number,
  ) {
    if (!Number.isInteger(frameCount) || frameCount < 1) throw new RangeError(`frameCount must be >= 1: ${frameCount}`);
    this.#bytes = new Uint8Array(2 * frameCount * frameBytes);
    this.#ptsMs = new Float64Array(frameCount);
  }

  /** Frames held, 0..frameCount. */
  get size(): number {
    return this.#size;
  }

  get isFull(): boolean {
    return this.#size === this.frameCount;
  }

  push(pixels: Uint8Array, ptsMs: number): void {
    if (pixels.length !== this.frameBytes) {
      throw new RangeError(`a frame of ${pixels.length} bytes in a ring of ${this.frameBytes}-byte frames`);
    }
    this.#bytes.set(pixels, this.#next * this.frameBytes);
    this.#bytes.set(pixels, (this.#next + this.frameCount) * this.frameBytes);
    this.#ptsMs[this.#next] = ptsMs;
    this.#next = (this.#next + 1) % this.frameCount;
    this.#size = Math.min(this.#size + 1, this.frameCount);
  }

  clear(): void {
    this.#next = 0;
    this.#size = 0;
  }

  /** Timestamp of the oldest frame held, milliseconds. */
  get firstPtsMs(): number {
    return this.#ptsMs[this.isFull ? this.#next : 0] ?? Number.NaN;
  }

  /** The frames held, oldest first, `size x frameBytes` bytes: a view, valid until the next `push`. */
  view(): Uint8Array {
    const start = this.isFull ? this.#next * this.frameBytes : 0;
    return this.#bytes.subarray(start, start + this.#size * this.frameBytes);
  }
}
