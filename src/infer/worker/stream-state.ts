/** What one stream leaves behind for its next frames: cached messages, frame features and the patches' sliding sum. */
import type { StreamSizes } from '../../checkpoint/index.js';
import { PatchMean } from './patch-mean.js';

/** One stream's part of what the vision graph gives out for n new frames. */
export interface Encoded {
  /** `[n, projection]`. */
  readonly features: Float32Array;
  /** `[n, patches, projection]`. */
  readonly terms: Float32Array;
  /** `[layers, T - 1, width]`, not shared with anybody. */
  readonly keys: Float32Array;
  readonly values: Float32Array;
}

export class StreamState {
  readonly #patches: PatchMean;
  readonly #features: Float32Array;
  #keys: Float32Array;
  #values: Float32Array;
  #filled = 0;

  /** A stream of which nothing has been seen. */
  constructor(private readonly sizes: StreamSizes) {
    const { layers, width, frames, patches, projection } = sizes;
    this.#keys = new Float32Array(layers * (frames - 1) * width);
    this.#values = new Float32Array(this.#keys.length);
    this.#features = new Float32Array(frames * projection);
    this.#patches = new PatchMean(frames, patches * projection);
  }

  /** `[layers, T - 1, width]`, newest message last. */
  get keys(): Float32Array {
    return this.#keys;
  }

  get values(): Float32Array {
    return this.#values;
  }

  /** How many of the T - 1 places for messages are filled. */
  get filled(): number {
    return this.#filled;
  }

  /** Features of the last T frames, oldest first, `[T, projection]`. */
  get features(): Float32Array {
    return this.#features;
  }

  /** Mean patch term of the last T frames, `[patches, projection]`. */
  patchFeatures(): Float32Array {
    return this.#patches.mean();
  }

  advance({ features, terms, keys, values }: Encoded): void {
    const { frames, patches, projection } = this.sizes;
    const newFrames = features.length / projection;
    const length = patches * projection;
    for (let i = 0; i < newFrames; i++) this.#patches.add(terms.subarray(i * length, (i + 1) * length));
    this.#features.copyWithin(0, features.length);
    this.#features.set(features, this.#features.length - features.length);
    this.#keys = keys;
    this.#values = values;
    this.#filled = Math.min(frames - 1, this.#filled + newFrames);
  }
}
