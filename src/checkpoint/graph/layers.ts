/**
 * The layers that the towers share. Activations are kept as `rows`, a matrix `[tokens of the whole batch, width]`, because a
 * linear layer is then one Gemm that reads the checkpoint's `[out, in]` weight as it lies in the file; only attention
 * needs to know how many tokens belong together.
 */
import type { GraphBuilder, Value } from './builder.js';
import type { Activation } from '../config.js';
import { quantisedLinear } from './quantised-linear.js';

/** A number of tokens: known now, or an int64 value of shape `[1]` inside the graph. */
export type Length = number | Value;

/** An int64 shape for Reshape; -1 stands for the batch. */
export function shape(g: GraphBuilder, sizes: readonly Length[]): Value {
  const fixed = sizes.filter((size) => typeof size === 'number');
  if (fixed.length === sizes.length) return g.integers(fixed);
  const parts = sizes.map((size) => (typeof size === 'number' ? g.integers([size]) : size));
  return g.node('Concat', parts, { axis: 0 });
}

export function reshape(g: GraphBuilder, x: Value, sizes: readonly Length[]): Value {
  return g.node('Reshape', [x, shape(g, sizes)]);
}

/** Where only one is float16, the sum is made in float32. */
export function add(g: GraphBuilder, a: Value, b: Value): Value {
  if (g.isHalf(a) === g.isHalf(b)) return g.node('Add', [a, b]);
  return g.node('Add', [asFloat(g, a), asFloat(g, b)]);
}

/** A value of either float type as float32. */
export function asFloat(g: GraphBuilder, x: Value): Value {
  return g.isHalf(x) ? g.cast(x, 'float') : x;
}

/** A constant of the type of `x`. */
function constantFor(g: GraphBuilder, x: Value, value: number): Value {
  const constant = g.floats([value]);
  return g.isHalf(x) ? g.cast(constant, 'float16') : constant;
}

export interface LinearOptions {
  /** Multiplies the result, bias included. */
  readonly scale?: number;
  readonly bias?: boolean;
}

/** `torch.nn.Linear`: rows `[n, in]` -> `[n, out]`, float16 where the graph computes this layer so. */
export function linear(g: GraphBuilder, x: Value, prefix: string, options: LinearOptions = {}): Value {
  const { scale = 1, bias = true } = options;
  const reduced = g.reducedProduct(prefix);
  if (reduced?.kind === 'int8') return quantisedLinear(g, x, prefix, reduced, scale);
  const type = reduced?.kind ?? 'float';
  const rows = type === 'float16' && !g.isHalf(x) ? g.cast(x, type) : x;
  const weights = [g.weight(`${prefix}.weight`, type), ...(bias ? [g.weight(`${prefix}.bias`, type)] : [])];
  return g.node('Gemm', [rows, ...weights], { transB: 1, alpha: { float: scale }, beta: { float: scale } });
}

/** `torch.nn.LayerNorm` over the last axis. */
export function layerNorm(g: GraphBuilder, x: Value, prefix: string, epsilon: number): Value {
  const inputs = [x, g.weight(`${prefix}.weight`), g.weight(`${prefix}.bias`)];
  return g.node('LayerNormalization', inputs, { axis: -1, epsilon: { float: epsilon } });
}

/** `quick_gelu` is `x * sigmoid(1.702 x)`; `gelu` is the exact one, with the error function. */
export function activation(g: GraphBuilder, x: Value, kind: Activation): Value {
  switch (kind) {
    case 'quick_gelu':
      return g.node('Mul', [x, g.node('Sigmoid', [g.node('Mul', [x, constantFor(g, x, 1.702)])])]);
    case 'gelu': {
      const erf = g.node('Erf', [g.node('Mul', [x, constantFor(g, x, Math.SQRT1_2)])]);
      return g.node('Mul', [g.node('Mul', [x, constantFor(g, x, 0.5)]), add(g, erf, constantFor(g, x, 1))]);
    }
    default:
      return kind satisfies never;
  }
}

/** Two linear layers with the activation between: `first` and `second` are the names of their weights. */
export function mlp(g: GraphBuilder, x: Value, first: string, second: string, kind: Activation): Value {
  return linear(g, activation(g, linear(g, x, first), kind), second);
}
