/** Exact mode with whole windows: every one through the model from scratch. */
import { Tensor } from 'onnxruntime-node';
import type { InferItem, ItemScores } from '../protocol.js';
import { scoresOf, type Sessions, type WindowModel } from './window-model.js';

export class ExactModel implements WindowModel {
  /** `windowShape` is `[T, H, W, 3]`. */
  constructor(
    private readonly sessions: Sessions,
    private readonly windowShape: readonly number[],
  ) {}

  /** Those of one vocabulary in one run, which needs as much memory as they are many; one alone does not depend on any other. */
  async run(items: readonly InferItem[]): Promise<ItemScores[]> {
    const results = new Map<InferItem, ItemScores>();
    for (const vocabulary of new Set(items.map((item) => item.vocabulary))) {
      const together = items.filter((item) => item.vocabulary === vocabulary);
      for (const [item, scores] of await this.#score(together, vocabulary)) results.set(item, scores);
    }
    return items.flatMap((item) => results.get(item) ?? []);
  }

  forget(): void {
    // Nothing is kept between windows.
  }

  async #score(items: readonly InferItem[], vocabulary: number): Promise<[InferItem, ItemScores][]> {
    const { vision, head, vocabularies } = this.sessions;
    const words = vocabularies.of(vocabulary);
    const pixels = items.length === 1 ? items[0]?.pixels : Buffer.concat(items.map((item) => item.pixels));
    const frames = new Tensor('uint8', pixels ?? new Uint8Array(), [items.length, ...this.windowShape]);
    const seen = await vision.run({ frames }, ['video_embeds', 'patch_features']);
    const output = { ...seen, ...(await head.run({ ...seen, text_embeds: words.embeddings })) };
    return items.map((item, index) => [item, scoresOf(output, index, words)]);
  }
}
