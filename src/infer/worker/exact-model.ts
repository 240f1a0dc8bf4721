/** Exact mode with whole windows: every one through the model from scratch. */
import { Tensor, type InferenceSession } from 'onnxruntime-node';
import type { InferItem, ItemScores } from '../protocol.js';
import { placesByVocabulary } from './by-vocabulary.js';
import { rowOf, scoresOf, type Sessions, type WindowModel } from './window-model.js';

export class ExactModel implements WindowModel {
  /** `windowShape` is `[T, H, W, 3]`. */
  constructor(
    private readonly sessions: Sessions,
    private readonly windowShape: readonly number[],
  ) {}

  /** All in one run of vision, which needs as much memory as they are many; one alone does not depend on any other. */
  async run(items: readonly InferItem[]): Promise<ItemScores[]> {
    const seen = await this.#see(items);
    const results = new Map<number, ItemScores>();
    for (const [vocabulary, places] of placesByVocabulary(items)) {
      const words = this.sessions.vocabularies.of(vocabulary);
      const part = places.length === items.length ? seen : rowsOf(seen, places);
      const output = { ...part, ...(await this.sessions.head.run({ ...part, text_embeds: words.embeddings })) };
      places.forEach((place, index) => results.set(place, scoresOf(output, index, words)));
    }
    return items.flatMap((_, place) => results.get(place) ?? []);
  }

  forget(): void {
    // Nothing is kept between windows.
  }

  #see(items: readonly InferItem[]): Promise<InferenceSession.ReturnType> {
    const pixels = items.length === 1 ? items[0]?.pixels : Buffer.concat(items.map((item) => item.pixels));
    const frames = new Tensor('uint8', pixels ?? new Uint8Array(), [items.length, ...this.windowShape]);
    return this.sessions.vision.run({ frames }, ['video_embeds', 'patch_features']);
  }
}

/** Copies of these rows of every output. */
function rowsOf(output: InferenceSession.ReturnType, places: readonly number[]): InferenceSession.ReturnType {
  return Object.fromEntries(
    Object.entries(output).map(([name, { dims, data }]): [string, Tensor] => {
      const [, ...shape] = dims;
      const length = data.length / (dims[0] ?? 1);
      const rows = new Float32Array(places.length * length);
      places.forEach((place, index) => rows.set(rowOf(output, name, place), index * length));
      return [name, new Tensor('float32', rows, [places.length, ...shape])];
    }),
  );
}
