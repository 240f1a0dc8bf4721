/**
 * Attention of each frame's tokens over those tokens and one row more, in int8. What the projections read is made uint8 once for all
 * three, and ONNX Runtime's `MultiHeadAttention` splits the heads, so no transposed copy is written. CPU provider only.
 */
import type { AttentionShape } from './attention.js';
import type { GraphBuilder, QuantisedValue, Value } from './builder.js';
import { linear, reshape } from './layers.js';
import { linearOfQuantised } from './quantised-linear.js';

/**
 * `context` `[frames, tokens + 1, width]` float32, of which the last row of each frame is key and value only -> rows `[frames * tokens,
 * width]`, projected. All four projections below `prefix` must be int8.
 */
export function quantisedAttention(
  g: GraphBuilder,
  context: Value,
  tokens: number,
  { width, heads }: AttentionShape,
  prefix: string,
): Value {
  const all = g.quantise(context);
  const own = { ...all, value: firstRows(g, all.value, tokens) };
  const project = (x: QuantisedValue, name: string, scale = 1): Value =>
    linearOfQuantised(g, x, `${prefix}.${name}`, scale); // [frames, rows, width]
  const parts = [project(own, 'q_proj', (width / heads) ** -0.5), project(all, 'k_proj'), project(all, 'v_proj')];
  const attributes = { num_heads: heads, scale: { float: 1 } };
  const attended = g.node('MultiHeadAttention', parts, attributes, 'com.microsoft');
  return linear(g, reshape(g, attended, [-1, width]), `${prefix}.out_proj`);
}

/** The first `count` rows of each frame. */
function firstRows(g: GraphBuilder, x: Value, count: number): Value {
  return g.node('Slice', [x, g.integers([0]), g.integers([count]), g.integers([1])]);
}
