/** The head graph of streaming mode: the last T frames' features and the mean of their patch terms -> logits and probabilities. */
import type { XClipConfig } from '../config.js';
import type { GraphBuilder } from './builder.js';
import { scoreLabels } from './head.js';
import { multiframeIntegration } from './mit.js';
import { tokensPerFrame } from './vision-layer.js';

/**
 * `frame_features` `[batch, T, projection]`, oldest first, `patch_features` `[batch, patches, projection]`, `text_embeds` `[labels,
 * projection]` -> `logits` and `probabilities` (softmax over the labels) `[batch, labels]`, and `video_embeds` `[batch, projection]`.
 */
export function headStreamGraph(g: GraphBuilder, config: XClipConfig): void {
  const { vision, projectionSize: width } = config;
  const features = g.input('frame_features', 'float', ['batch', vision.frames, width]);
  const patches = g.input('patch_features', 'float', ['batch', tokensPerFrame(vision) - 1, width]);
  const text = g.input('text_embeds', 'float', ['labels', width]);
  const video = multiframeIntegration(g, features, config);
  g.output('video_embeds', video, ['batch', width]);
  scoreLabels(g, config, { video, patches, text });
}
