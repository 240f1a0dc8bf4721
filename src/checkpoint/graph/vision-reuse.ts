/**
 * The vision graph of exact mode in two parts, so that what is the same in every window of a stream is computed once a frame.
 * The class token is one learned vector until the end of layer 0, so the messages of layer 0 are alike for all frames and do not
 * depend on the pictures: all of layer 0 belongs to its frame alone. From layer 1 on everything depends on the whole window.
 */
import type { VisionConfig, XClipConfig } from '../config.js';
import { attention } from './attention.js';
import type { GraphBuilder, Value } from './builder.js';
import { reshape } from './layers.js';
import { embedPatches, type PixelScale } from './patch-embedding.js';
import { seeWindow } from './vision.js';
import { tokensPerFrame, visionLayer, type MessageExchange } from './vision-layer.js';

/** `frames` uint8 `[n, height, width, 3]` -> `first_layer` `[n, tokens, width]`: each frame after layer 0. */
export function visionFramesGraph(g: GraphBuilder, { vision }: XClipConfig, scale: PixelScale): void {
  const { imageSize, hiddenSize } = vision;
  const pixels = g.input('frames', 'uint8', ['frames', imageSize, imageSize, 3]);
  const x = embedPatches(g, pixels, vision, scale);
  const seen = visionLayer(g, x, 'vision_model.encoder.layers.0', vision, toItself(vision));
  const shape = [tokensPerFrame(vision), hiddenSize];
  g.output('first_layer', reshape(g, seen, [-1, ...shape]), ['frames', ...shape]);
}

/** `first_layer` `[batch, T, tokens, width]` -> the outputs of `visionGraph`. */
export function visionWindowGraph(g: GraphBuilder, config: XClipConfig): void {
  const { frames, hiddenSize } = config.vision;
  const shape = ['batch', frames, tokensPerFrame(config.vision), hiddenSize];
  seeWindow(g, reshape(g, g.input('first_layer', 'float', shape), [-1, hiddenSize]), config, 1);
}

/** Attention to T equal messages is attention to one of them. */
function toItself({ hiddenSize: width, heads }: VisionConfig): MessageExchange {
  return (g, messages: Value, prefix) =>
    attention(
      g,
      { query: messages, queryLength: 1, context: messages, contextLength: 1 },
      { width, heads },
      { prefix },
    );
}
