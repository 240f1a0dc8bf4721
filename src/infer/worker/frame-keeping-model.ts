/**
 * Exact mode on the CPU: a frame goes through layer 0 once, when it is new; the rest of the model sees every window from scratch. Frames may go
 * one by one, so that none changes the numbers of another where the precision would let it.
 */
import { Tensor, type InferenceSession } from 'onnxruntime-node';
import type { InferItem, ItemScores } from '../protocol.js';
import { KeptFrames } from './kept-frames.js';
import { scoresOf, type Sessions, type WindowModel } from './window-model.js';

export class FrameKeepingModel implements WindowModel {
  readonly #kept = new Map<string, KeptFrames>();
  readonly #frames: number;
  readonly #frameShape: readonly number[];

  /** `windowShape` is `[T, H, W, 3]`. */
  constructor(
    private readonly sessions: Sessions & { readonly frames: InferenceSession },
    [frames = 1, ...frameShape]: readonly number[],
    private readonly oneByOne: boolean,
  ) {
    this.#frames = frames;
    this.#frameShape = frameShape;
  }

  async run(items: readonly InferItem[]): Promise<ItemScores[]> {
    const results: ItemScores[] = [];
    for (const item of items) results.push(await this.#score(item));
    return results;
  }

  forget(streamId: string): void {
    this.#kept.delete(streamId);
  }

  async #score(item: InferItem): Promise<ItemScores> {
    const { vision, head, vocabularies } = this.sessions;
    const words = vocabularies.of(item.vocabulary);
    const window = await this.#windowOf(item);
    const seen = await vision.run({ first_layer: window }, ['video_embeds', 'patch_features']);
    const output = await head.run({ ...seen, text_embeds: words.embeddings });
    return scoresOf({ ...seen, ...output }, 0, words);
  }

  /** All frames of the item's window after layer 0, `[1, T, tokens, width]`. */
  async #windowOf(item: InferItem): Promise<Tensor> {
    const seen: Tensor[] = [];
    for (const pixels of this.#runsOf(item.pixels)) seen.push(await this.#see(pixels));
    const [, ...shape] = seen[0]?.dims ?? [];
    const kept = this.#keptOf(item, this.#frames * product(shape));
    for (const rows of seen) kept.push(rows.data as Float32Array);
    return new Tensor('float32', kept.data, [1, this.#frames, ...shape]);
  }

  #runsOf(pixels: Uint8Array): Uint8Array[] {
    if (!this.oneByOne) return [pixels];
    const bytes = product(this.#frameShape);
    const count = pixels.length / bytes;
    return Array.from({ length: count }, (_, index) => pixels.subarray(index * bytes, (index + 1) * bytes));
  }

  /** Frames after layer 0, `[n, tokens, width]`. */
  async #see(pixels: Uint8Array): Promise<Tensor> {
    const frames = new Tensor('uint8', pixels, [pixels.length / product(this.#frameShape), ...this.#frameShape]);
    const { first_layer: rows } = await this.sessions.frames.run({ frames });
    if (rows === undefined) throw new Error('the graph gave no first_layer');
    return rows;
  }

  /** `length`: numbers of a window's frames. */
  #keptOf({ streamId, restart, keep }: InferItem, length: number): KeptFrames {
    const kept = restart ? new KeptFrames(length) : this.#kept.get(streamId);
    if (kept === undefined) throw new Error(`stream ${streamId} goes on, but nothing is known of it`);
    if (keep || !restart) this.#kept.set(streamId, kept);
    return kept;
  }
}

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);
