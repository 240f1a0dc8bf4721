/** Exact mode where no frames are kept: every window through the model from scratch; windows that are given together share a run. */
import { Tensor } from 'onnxruntime-node';
import type { InferItem, ItemScores } from '../protocol.js';
import { scoresOf, type Sessions, type WindowModel } from './window-model.js';

export class ExactModel implements WindowModel {
  /** `windowShape` is `[T, H, W, 3]`. */
  constructor(
    private readonly sessions: Sessions,
    private readonly windowShape: readonly number[],
  ) {}

  /** All of them in one run, which needs as much memory as they are many; one alone does not depend on any other. */
  async run(items: readonly InferItem[]): Promise<ItemScores[]> {
    const { vision, head, labelEmbeddings } = this.sessions;
    const pixels = items.length === 1 ? items[0]?.pixels : Buffer.concat(items.map((item) => item.pixels));
    const frames = new Tensor('uint8', pixels ?? new Uint8Array(), [items.length, ...this.windowShape]);
    const seen = await vision.run({ frames }, ['video_embeds', 'patch_features']);
    const output = await head.run({ ...seen, text_embeds: labelEmbeddings });
    return items.map((_, index) => scoresOf(output, index));
  }

  forget(): void {
    // Nothing is kept between windows.
  }
}
