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
    for (const { pixels } of items) results.push(await this.#score(pixels));
    return results;
  }

  forget(): void {
    // Nothing is kept between windows.
  }

  async #score(pixels: Uint8Array): Promise<ItemScores> {
    const { vision, head, labelEmbeddings } = this.sessions;
    const frames = new Tensor('uint8', pixels, [1, ...this.windowShape]);
    const seen = await vision.run({ frames }, ['video_embeds', 'patch_features']);
    return scoresOf(await head.run({ ...seen, text_embeds: labelEmbeddings }), 0);
  }
}
