/** A linear layer with int8 weights: the rows become uint8 as they come, with one scale and zero point for all of them, from their least and greatest number. */
import type { GraphBuilder, QuantisedValue, ReducedProduct, Value } from './builder.js';

type Int8Product = Extract<ReducedProduct, { kind: 'int8' }>;

/**
 * Rows `[n, in]` float32 -> `[n, out]` float32, times `scale`, bias included; sums are int32 and exact. ONNX Runtime's
 * `DynamicQuantizeMatMul`, CPU provider only.
 */
export function quantisedLinear(g: GraphBuilder, x: Value, prefix: string, product: Int8Product, scale: number): Value {
  const { matrix, steps, bias } = weightsOf(g, prefix, product, scale);
  return g.node('DynamicQuantizeMatMul', [x, matrix, steps, '', bias], {}, 'com.microsoft');
}

/** The same for rows that are uint8 already, because several layers read them: ONNX Runtime's `MatMulIntegerToFloat`. */
export function linearOfQuantised(g: GraphBuilder, x: QuantisedValue, prefix: string, scale: number): Value {
  const product = g.reducedProduct(prefix);
  if (product?.kind !== 'int8') throw new Error(`${prefix} is not int8`);
  const { matrix, steps, bias } = weightsOf(g, prefix, product, scale);
  const inputs = [x.value, matrix, x.scale, steps, x.zeroPoint, '', bias] as const;
  return g.node('MatMulIntegerToFloat', inputs, {}, 'com.microsoft');
}

/** `matrix` `[in, out]`, and `steps` and `bias` `[out]`, both times `scale`. */
function weightsOf(
  g: GraphBuilder,
  prefix: string,
  { weights, scales }: Int8Product,
  scale: number,
): Record<'matrix' | 'steps' | 'bias', Value> {
  const scaled = (value: Value): Value => (scale === 1 ? value : g.node('Mul', [value, g.floats([scale])]));
  return {
    matrix: g.external(`${prefix}.weight.int8`, weights),
    steps: scaled(g.external(`${prefix}.weight.scales`, scales)),
    bias: scaled(g.weight(`${prefix}.bias`)),
  };
}
