/** The vision graph of streaming mode: each frame is encoded once, beside the cached messages of the frames before it. */
import type { XClipConfig } from '../config.js';
import type { GraphBuilder } from './builder.js';
import { reshape } from './layers.js';
import { MessageCache } from './message-cache.js';
import { embedPatches, type PixelScale } from './patch-embedding.js';
import { frameFeatures, normedPatches } from './vision.js';
import { tokensPerFrame, visionLayer } from './vision-layer.js';

/**
 * `frames` uint8 `[batch, n, height, width, 3]`, the n new frames of each stream, oldest first, and the cache of `MessageCache` ->
 * `frame_features` `[batch, n, projection]`, `patch_terms` `[batch, n, patches, projection]` (what each frame adds to the mean of
 * `patch_features`) and the next cache. n = 1 repeated and n at once are the same computation.
 */
export function visionStreamGraph(g: GraphBuilder, config: XClipConfig, scale: PixelScale): void {
  const { vision, projectionSize } = config;
  const { imageSize } = vision;
  const pixels = g.input('frames', 'uint8', ['batch', 'new_frames', imageSize, imageSize, 3]);
  const newFrames = g.node('Shape', [pixels], { start: 1, end: 2 });
  const cache = new MessageCache(g, vision, newFrames);
  let x = embedPatches(g, pixels, vision, scale);
  for (let layer = 0; layer < vision.layers; layer++) {
    x = visionLayer(g, x, `vision_model.encoder.layers.${layer}`, vision, cache.exchange(layer));
  }
  g.output('frame_features', frameFeatures(g, x, config, newFrames), ['batch', 'new_frames', projectionSize]);
  const patches = tokensPerFrame(vision) - 1;
  const projected = g.node('MatMul', [normedPatches(g, x, vision), g.weight('prompts_visual_projection')]);
  const terms = reshape(g, projected, [-1, newFrames, patches, projectionSize]);
  g.output('patch_terms', terms, ['batch', 'new_frames', patches, projectionSize]);
  cache.output();
}
