/** An ONNX graph of nothing but matrix products: `[rows, inner] x [inner, outer] x [outer, inner]`, `pairs` times over. */
import { elementType, encodeModel } from '../../dist/checkpoint/onnx/model.js';

/** The bytes of the .onnx file; input and output `x`, `y` are float32 `[rows, inner]`. Weights keep the numbers near their size. */
export function productChain({ rows, inner, outer, pairs }) {
  const node = [];
  const initializer = [];
  let value = 'x';
  const multiply = (width, height) => {
    const name = `w${initializer.length}`;
    const output = `h${node.length}`;
    initializer.push(weight(name, [height, width]));
    node.push({ name: output, op_type: 'MatMul', input: [value, name], output: [output], attribute: [] });
    value = output;
  };
  for (let pair = 0; pair < pairs; pair++) {
    multiply(outer, inner);
    multiply(inner, outer);
  }
  node.push({ name: 'last', op_type: 'Identity', input: [value], output: ['y'], attribute: [] });
  return encodeModel({
    name: 'products',
    node,
    initializer,
    input: [tensor('x', rows, inner)],
    output: [tensor('y', rows, inner)],
  });
}

/** Alternating signs and sizes around `sqrt(3 / height)`, so that sums neither grow nor vanish. */
function weight(name, [height, width]) {
  const scale = Math.sqrt(3 / height);
  const values = Float32Array.from(
    { length: height * width },
    (_, at) => scale * ((Math.imul(at + 1 + name.length, 0x9e3779b1) >>> 8) * 2 ** -23 - 1),
  );
  const raw_data = new Uint8Array(values.buffer);
  return { name, data_type: elementType.float, dims: [height, width], raw_data };
}

function tensor(name, rows, columns) {
  const dim = [{ dim_value: rows }, { dim_value: columns }];
  return { name, type: { tensor_type: { elem_type: elementType.float, shape: { dim } } } };
}
