/** Exact mode on an accelerator: every window through the model from scratch, one at a time, so that nothing else can change its scores. */
import { Tensor } from 'onnxruntime-node';
import type { InferItem, ItemScores } from '../protocol.js';
import { scoresOf, type Sessions, type WindowModel } from './window-model.js';

export class ExactModel implements WindowModel {
  /** `windowShape` is `[T, H, W, 3]`. */
  constructor(
    private readonly sessions: Sessions,
    private readonly windowShape: readonly number[],
  ) {}

  async run(items: readonly InferItem[]): Promise<ItemScores[]> {
    const results: ItemScores[] = [];
    for (const item of items) results.push(await this.#score(item));
    return results;
  }

  forget(): void {
    // Nothing is kept between windows.
  }

  async #score({ pixels, vocabulary }: InferItem): Promise<ItemScores> {
    const { vision, head, vocabularies } = this.sessions;
    const words = vocabularies.of(vocabulary);
    const frames = new Tensor('uint8', pixels, [1, ...this.windowShape]);
    const seen = await vision.run({ frames }, ['video_embeds', 'patch_features']);
    const output = await head.run({ ...seen, text_embeds: words.embeddings });
    return scoresOf({ ...seen, ...output }, 0, words);
  }
}
