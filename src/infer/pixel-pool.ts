/** Keeps windows beyond the life of the ring they view, in buffers that are used again. */
import type { Window } from '../core/types.js';

export class PixelPool {
  readonly #free: Uint8Array[] = [];

  /** `limit`: how many idle buffers are kept for the next windows. */
  constructor(private readonly limit = 2) {}

  /** A window with its own copy of the pixels; give it to `release` when it is no longer needed. */
  keep(window: Window): Window {
    const pixels = this.#take(window.pixels.length);
    pixels.set(window.pixels);
    return { ...window, pixels };
  }

  /** Takes the buffer of a kept window back; the window must not be read afterwards. */
  release(window: Window): void {
    if (this.#free.length < this.limit) this.#free.push(window.pixels);
  }

  #take(length: number): Uint8Array {
    const index = this.#free.findIndex((pixels) => pixels.length === length);
    return index < 0 ? new Uint8Array(length) : (this.#free.splice(index, 1)[0] ?? new Uint8Array(length));
  }
}
