/**
 * The layers that the towers share. Activations are kept as `rows`, a matrix `[tokens of the whole batch, width]`, because a
 * linear layer is then one Gemm that reads the checkpoint's `[out, in]` weight as it lies in the file; only attention
 * needs to know how many tokens belong together.
 */
import type { GraphBuilder, Value } from './builder.js';
import type { Activation } from '../config.js';

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

export function add(g: GraphBuilder, a: Value, b: Value): Value {
  return g.node('Add', [a, b]);
}

export interface LinearOptions {
  /** Multiplies the result, bias included. */
  readonly scale?: number;
  readonly bias?: boolean;
}

/** `torch.nn.Linear`: rows `[n, in]` -> `[n, out]`. */
export function linear(g: GraphBuilder, x: Value, prefix: string, options: LinearOptions = {}): Value {
  const { scale = 1, bias = true } = options;
  const weights = [g.weight(`${prefix}.weight`), ...(bias ? [g.weight(`${prefix}.bias`)] : [])];
  return g.node('Gemm', [x, ...weights], { transB: 1, alpha: { float: scale }, beta: { float: scale } });
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
      return g.node('Mul', [x, g.node('Sigmoid', [g.node('Mul', [x, g.floats([1.702])])])]);
    case 'gelu': {
      const erf = g.node('Erf', [g.node('Mul', [x, g.floats([Math.SQRT1_2])])]);
      return g.node('Mul', [g.node('Mul', [x, g.floats([0.5])]), add(g, erf, g.floats([1]))]);
    }
    default:
      return kind satisfies never;
  }
}

/** Two linear layers with the activation between: `first` and `second` are the names of their weights. */
export function mlp(g: GraphBuilder, x: Value, first: string, second: string, kind: Activation): Value {
  return linear(g, activation(g, linear(g, x, first), kind), second);
}
