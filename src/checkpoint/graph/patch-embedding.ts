/** Pixels to tokens: cast, rescale, normalise, patch convolution, class token, positions, first norm. */
import type { VisionConfig } from '../config.js';
import { elementType } from '../onnx/model.js';
import type { GraphBuilder, Value } from './builder.js';
import { add, layerNorm, reshape, shape } from './layers.js';
import { tokensPerFrame } from './vision-layer.js';

/** `(pixel * rescaleFactor - mean) / std`, per channel; from preprocessor_config.json. */
export interface PixelScale {
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly rescaleFactor: number;
}

/** uint8 `[batch, T, height, width, 3]` -> rows `[batch * T * tokens, width]` (`XCLIPVisionEmbeddings`, `pre_layernorm`). */
export function embedPatches(g: GraphBuilder, pixels: Value, vision: VisionConfig, scale: PixelScale): Value {
  const { patchSize, hiddenSize } = vision;
  const convolution = { kernel_shape: [patchSize, patchSize], strides: [patchSize, patchSize] };
  const kernel = g.weight('vision_model.embeddings.patch_embedding.weight');
  const grid = g.node('Conv', [normalise(g, pixels, vision, scale), kernel], convolution); // [frames, width, grid, grid]
  const flat = reshape(g, grid, [-1, hiddenSize, tokensPerFrame(vision) - 1]);
  const patches = g.node('Transpose', [flat], { perm: [0, 2, 1] }); // [frames, patches, width]
  const tokens = g.node('Concat', [classTokens(g, patches, hiddenSize), patches], { axis: 1 });
  const placed = add(g, tokens, g.weight('vision_model.embeddings.position_embedding.weight'));
  return reshape(g, layerNorm(g, placed, 'vision_model.pre_layernorm', vision.layerNormEps), [-1, hiddenSize]);
}

/** uint8 `[batch, T, height, width, 3]` -> float `[batch * T, 3, height, width]`; one multiplication and one addition. */
function normalise(g: GraphBuilder, pixels: Value, { imageSize }: VisionConfig, scale: PixelScale): Value {
  const pictures = reshape(g, pixels, [-1, imageSize, imageSize, 3]);
  const planes = g.node('Transpose', [g.node('Cast', [pictures], { to: elementType.float })], { perm: [0, 3, 1, 2] });
  const factor = scale.std.map((std) => scale.rescaleFactor / std);
  const offset = scale.std.map((std, channel) => -(scale.mean[channel] ?? 0) / std);
  return add(g, g.node('Mul', [planes, g.floats(factor, [3, 1, 1])]), g.floats(offset, [3, 1, 1]));
}

/** The learned class token repeated for every frame, `[frames, 1, width]`. */
function classTokens(g: GraphBuilder, patches: Value, width: number): Value {
  const frames = g.node('Shape', [patches], { start: 0, end: 1 });
  const token = g.weight('vision_model.embeddings.class_embedding');
  return g.node('Expand', [token, shape(g, [frames, 1, width])]);
}
