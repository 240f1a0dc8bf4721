/** A graph of one int8 product that comes out too small on processors whose int8 products overflow. */
import { elementType, encodeModel, type OnnxValueInfo } from '../onnx/model.js';

const [rows, inputs, outputs] = [4, 64, 32];

/** Every term is the largest there is, uint8 255 times int8 127; the zero fixes the range of the rows at 0 to 255. */
const row = Float32Array.from({ length: inputs }, (_, index) => (index === 0 ? 0 : 255));

export const int8Probe = {
  /** What to feed as `x`. */
  rows: Float32Array.from({ length: rows * inputs }, (_, index) => row[index % inputs] ?? 0),
  shape: [rows, inputs],
  /** Every number of `y`, where the sums of products are exact. */
  expected: 255 * 127 * (inputs - 1),
} as const;

/** `x` float32 `[4, 64]` -> `y` float32 `[4, 32]`, as the bytes of an .onnx file. */
export function int8ProbeGraph(): Uint8Array {
  const weights = new Uint8Array(inputs * outputs).fill(127);
  const scales = new Uint8Array(new Float32Array(outputs).fill(1).buffer);
  return encodeModel({
    name: 'int8_probe',
    node: [
      {
        name: 'product',
        op_type: 'DynamicQuantizeMatMul',
        domain: 'com.microsoft',
        input: ['x', 'weights', 'scales'],
        output: ['y'],
        attribute: [],
      },
    ],
    initializer: [
      { name: 'weights', data_type: elementType.int8, dims: [inputs, outputs], raw_data: weights },
      { name: 'scales', data_type: elementType.float, dims: [outputs], raw_data: scales },
    ],
    input: [floats('x', [rows, inputs])],
    output: [floats('y', [rows, outputs])],
  });
}

function floats(name: string, shape: readonly number[]): OnnxValueInfo {
  const dim = shape.map((dim_value) => ({ dim_value }));
  return { name, type: { tensor_type: { elem_type: elementType.float, shape: { dim } } } };
}
