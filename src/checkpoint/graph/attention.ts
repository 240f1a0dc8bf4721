/** Multi-head attention, as `XCLIPAttention` (self) and `XCLIPCrossAttention` (prompts) of modeling_x_clip.py. */
import type { GraphBuilder, Value } from './builder.js';
import { add, asFloat, linear, reshape, type Length } from './layers.js';

export interface AttentionShape {
  readonly width: number;
  readonly heads: number;
}

export interface AttentionInput {
  /** Rows `[batch * queryLength, width]`. */
  readonly query: Value;
  readonly queryLength: Length;
  /** Rows `[batch * contextLength, width]`: what keys and values are made of. */
  readonly context: Value;
  readonly contextLength: Length;
  /** Added to the scores; broadcast to `[batch, heads, queryLength, contextLength]`. */
  readonly mask?: Value;
}

export interface AttentionNames {
  readonly prefix: string;
  /** Name of the projection behind the heads. */
  readonly out?: string;
  /** Whether the q, k and v projections have a bias. */
  readonly bias?: boolean;
}

/** Rows `[batch * queryLength, width]` of attended values, projected. */
export function attention(
  g: GraphBuilder,
  input: AttentionInput,
  size: AttentionShape,
  { prefix, out = 'out_proj', bias = true }: AttentionNames,
): Value {
  const rows = {
    query: projectQuery(g, input.query, size, prefix, bias),
    keys: linear(g, input.context, `${prefix}.k_proj`, { bias }),
    values: linear(g, input.context, `${prefix}.v_proj`, { bias }),
  };
  return linear(g, attend(g, rows, input, size), `${prefix}.${out}`);
}

/** The query projection, scaled for `attend`. */
export function projectQuery(
  g: GraphBuilder,
  x: Value,
  { width, heads }: AttentionShape,
  prefix: string,
  bias = true,
): Value {
  return linear(g, x, `${prefix}.q_proj`, { bias, scale: (width / heads) ** -0.5 });
}

/** Projected rows -> rows `[batch * queryLength, width]` of attended values, before the projection behind the heads. */
export function attend(
  g: GraphBuilder,
  rows: { readonly query: Value; readonly keys: Value; readonly values: Value },
  { queryLength, contextLength, mask }: Pick<AttentionInput, 'queryLength' | 'contextLength' | 'mask'>,
  size: AttentionShape,
): Value {
  const heads = {
    query: splitHeads(g, rows.query, queryLength, size, [0, 2, 1, 3]), // [batch, heads, queryLength, headWidth]
    keys: splitHeads(g, rows.keys, contextLength, size, [0, 2, 3, 1]), // [batch, heads, headWidth, contextLength]
    values: splitHeads(g, rows.values, contextLength, size, [0, 2, 1, 3]), // [batch, heads, contextLength, headWidth]
  };
  const mixed = mix(g, heads, mask); // [batch, heads, queryLength, headWidth]
  return reshape(g, g.node('Transpose', [mixed], { perm: [0, 2, 1, 3] }), [-1, size.width]);
}

/** Rows of one projection -> heads; `perm` reorders `[batch, length, heads, headWidth]`. */
export function splitHeads(
  g: GraphBuilder,
  rows: Value,
  length: Length,
  { width, heads }: AttentionShape,
  perm: readonly number[],
): Value {
  return g.node('Transpose', [reshape(g, rows, [-1, length, heads, width / heads])], { perm });
}

/** softmax(query x keys + mask) x values; the query is already scaled and the keys already transposed. The softmax is float32 always. */
export function mix(g: GraphBuilder, heads: { query: Value; keys: Value; values: Value }, mask?: Value): Value {
  const scores = asFloat(g, g.node('MatMul', [heads.query, heads.keys]));
  const masked = mask === undefined ? scores : add(g, scores, mask);
  const shares = g.node('Softmax', [masked], { axis: -1 });
  return g.node('MatMul', [g.isHalf(heads.values) ? g.cast(shares, 'float16') : shares, heads.values]);
}
