/** A linear layer with int8 weights: ONNX Runtime's `DynamicQuantizeMatMul` quantises the rows as they come. */
import type { GraphBuilder, ReducedProduct, Value } from './builder.js';

/**
 * Rows `[n, in]` float32 -> `[n, out]` float32, times `scale`, bias included. The rows become uint8 with one scale and zero point for all of them,
 * from their least and greatest number; sums are int32 and exact. CPU provider only.
 */
export function quantisedLinear(
  g: GraphBuilder,
  x: Value,
  prefix: string,
  { weights, scales }: Extract<ReducedProduct, { kind: 'int8' }>,
  scale: number,
): Value {
  const scaled = (value: Value): Value => (scale === 1 ? value : g.node('Mul', [value, g.floats([scale])]));
  const matrix = g.external(`${prefix}.weight.int8`, weights); // [in, out]
  const steps = scaled(g.external(`${prefix}.weight.scales`, scales)); // [out]
  const inputs = [x, matrix, steps, '', scaled(g.weight(`${prefix}.bias`))] as const;
  return g.node('DynamicQuantizeMatMul', inputs, {}, 'com.microsoft');
}
