/** The vision graph: prepared uint8 frames -> frame features, video embedding and patch features. */
import type { VisionConfig, XClipConfig } from '../config.js';
import type { GraphBuilder, Value } from './builder.js';
import { layerNorm, linear, reshape, type Length } from './layers.js';
import { multiframeIntegration } from './mit.js';
import { embedPatches, type PixelScale } from './patch-embedding.js';
import { classToken, tokensPerFrame, visionLayer, wholeWindow } from './vision-layer.js';

/**
 * `frames` uint8 `[batch, T, height, width, 3]` -> `frame_features` `[batch, T, projection]`,
 * `video_embeds` `[batch, projection]`, `patch_features` `[batch, patches, projection]`.
 */
export function visionGraph(g: GraphBuilder, config: XClipConfig, scale: PixelScale): void {
  const { vision } = config;
  const { imageSize, frames } = vision;
  const pixels = g.input('frames', 'uint8', ['batch', frames, imageSize, imageSize, 3]);
  seeWindow(g, embedPatches(g, pixels, vision, scale), config, 0);
}

/** Rows `[batch * T * tokens, width]` as they enter layer `firstLayer` -> the outputs of `visionGraph`, declared. */
export function seeWindow(g: GraphBuilder, rows: Value, config: XClipConfig, firstLayer: number): void {
  const { vision, projectionSize } = config;
  const { frames } = vision;
  const exchange = wholeWindow(vision);
  let x = rows;
  for (let layer = firstLayer; layer < vision.layers; layer++) {
    x = visionLayer(g, x, `vision_model.encoder.layers.${layer}`, vision, exchange);
  }
  const features = frameFeatures(g, x, config, frames);
  g.output('frame_features', features, ['batch', frames, projectionSize]);
  g.output('video_embeds', multiframeIntegration(g, features, config), ['batch', projectionSize]);
  g.output('patch_features', patchFeatures(g, x, config), ['batch', tokensPerFrame(vision) - 1, projectionSize]);
}

/** The projected class token of each frame, `[batch, frames, projection]`. */
export function frameFeatures(
  g: GraphBuilder,
  x: Value,
  { vision, projectionSize }: XClipConfig,
  frames: Length,
): Value {
  const normed = layerNorm(g, classToken(g, x, vision), 'vision_model.post_layernorm', vision.layerNormEps);
  return reshape(g, linear(g, normed, 'visual_projection', { bias: false }), [-1, frames, projectionSize]);
}

/**
 * The projected patches, mean over the frames, `[batch, patches, projection]`. The projection is linear, so the mean is
 * taken before it: the same numbers for 1/T of the work.
 */
function patchFeatures(g: GraphBuilder, x: Value, { vision }: XClipConfig): Value {
  const patches = tokensPerFrame(vision) - 1;
  const windows = reshape(g, normedPatches(g, x, vision), [-1, vision.frames, patches, vision.hiddenSize]);
  const mean = g.node('ReduceMean', [windows], { axes: [1], keepdims: 0 });
  return g.node('MatMul', [mean, g.weight('prompts_visual_projection')]);
}

/** The patch tokens of each frame as the prompts see them before their projection, `[frames, patches, width]`. */
export function normedPatches(g: GraphBuilder, x: Value, vision: VisionConfig): Value {
  const tokens = tokensPerFrame(vision);
  const all = reshape(g, x, [-1, tokens, vision.hiddenSize]);
  const patches = g.node('Slice', [all, g.integers([1]), g.integers([tokens]), g.integers([1])]);
  return layerNorm(g, patches, 'prompts_visual_layernorm', vision.layerNormEps);
}
