/** Exact mode on the CPU: a frame goes through layer 0 once, when it is new; the rest of the model sees every window from scratch. */
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
    const newFrames = item.pixels.length / this.#frameShape.reduce((product, size) => product * size, 1);
    const pixels = new Tensor('uint8', item.pixels, [newFrames, ...this.#frameShape]);
    const { first_layer: rows } = await this.sessions.frames.run({ frames: pixels });
    if (rows === undefined) throw new Error('the graph gave no first_layer');
    const [, ...shape] = rows.dims;
    const data = this.#extend(
      item,
      rows.data as Float32Array,
      shape.reduce((product, size) => product * size, 1),
    );
    return new Tensor('float32', data, [1, this.#frames, ...shape]);
  }

  #extend({ streamId, restart, keep }: InferItem, rows: Float32Array, frameLength: number): Float32Array {
    const length = this.#frames * frameLength;
    if (restart && !keep) return rows;
    const known = restart ? new KeptFrames(length) : this.#kept.get(streamId);
    if (known === undefined) throw new Error(`stream ${streamId} goes on, but nothing is known of it`);
    this.#kept.set(streamId, known);
    return known.push(rows);
  }
}
