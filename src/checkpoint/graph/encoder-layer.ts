/** The pre-norm transformer layer of the text tower and of the MIT (`XCLIPEncoderLayer`). */
import type { Activation } from '../config.js';
import { attention, type AttentionShape } from './attention.js';
import type { GraphBuilder, Value } from './builder.js';
import { add, layerNorm, mlp, type Length } from './layers.js';

export interface EncoderLayerOptions extends AttentionShape {
  readonly length: Length;
  readonly epsilon: number;
  readonly activation: Activation;
  readonly mask?: Value;
}

/** Rows `[batch * length, width]` -> the same shape. */
export function encoderLayer(g: GraphBuilder, x: Value, prefix: string, options: EncoderLayerOptions): Value {
  const { length, epsilon } = options;
  const normed = layerNorm(g, x, `${prefix}.layer_norm1`, epsilon);
  const mask = options.mask === undefined ? {} : { mask: options.mask };
  const input = { query: normed, queryLength: length, context: normed, contextLength: length, ...mask };
  const attended = add(g, x, attention(g, input, options, { prefix: `${prefix}.self_attn` }));
  const second = layerNorm(g, attended, `${prefix}.layer_norm2`, epsilon);
  return add(g, attended, mlp(g, second, `${prefix}.mlp.fc1`, `${prefix}.mlp.fc2`, options.activation));
}
