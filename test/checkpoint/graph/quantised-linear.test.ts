/** The quantised product of ONNX Runtime against the same arithmetic in plain JavaScript, for odd shapes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { GraphBuilder, type WeightReference } from '../../../src/checkpoint/graph/builder.js';
import { linear } from '../../../src/checkpoint/graph/layers.js';
import { quantisedBytes, quantisedFile, quantisedLayout } from '../../../src/checkpoint/quantise/layout.js';
import { quantiseColumns } from '../../../src/checkpoint/quantise/quantise-columns.js';
import { seededPart } from '../support/seeded.js';

interface Size {
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly scale?: number;
}

const numbers = (name: string, shape: readonly number[]): Float32Array =>
  seededPart(
    { name, shape, seed: 1, alpha: 0 },
    0,
    shape.reduce((a, b) => a * b),
  );

/** What the runtime gives and what JavaScript gives. */
async function both(
  { rows, inputs, outputs, scale = 1 }: Size,
  x: Float32Array,
): Promise<[Float32Array, Float32Array]> {
  const matrix = numbers('w', [outputs, inputs]);
  if (outputs > 2) matrix.fill(0, inputs, 2 * inputs); // an output without weights
  const bias = numbers('b', [outputs]);
  const quantised = quantiseColumns(matrix, { inputs, outputs, transposed: false });
  const layout = quantisedLayout([{ prefix: 'layer', inputs, outputs }]);
  const place = layout.get('layer')!;
  const file = Buffer.alloc(quantisedBytes(layout));
  file.set(new Uint8Array(quantised.weights.buffer), place.weights.offset);
  file.set(new Uint8Array(quantised.scales.buffer), place.scales.offset);
  const biasAt: WeightReference = { location: 'bias', type: 'float', shape: [outputs], offset: 0, length: 4 * outputs };
  const g = new GraphBuilder(
    'test',
    () => biasAt,
    () => place,
  );
  g.output('y', linear(g, g.input('x', 'float', ['rows', inputs]), 'layer', { scale }), ['rows', outputs]);
  const dir = await mkdtemp(join(tmpdir(), 'actionwire-product-'));
  try {
    await writeFile(join(dir, quantisedFile), file);
    await writeFile(join(dir, 'bias'), new Uint8Array(bias.buffer));
    await writeFile(join(dir, 'graph.onnx'), g.encode());
    const session = await InferenceSession.create(join(dir, 'graph.onnx'), {
      logSeverityLevel: 3,
      intraOpNumThreads: 1,
    });
    const { y } = await session.run({ x: new Tensor('float32', x, [rows, inputs]) });
    await session.release();
    return [y!.data as Float32Array, reference(x, inputs, quantised, bias, scale)];
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** Rows to uint8 by their least and greatest number (zero among them), integer sums, then one multiplication an output. */
function reference(
  x: Float32Array,
  inputs: number,
  { weights, scales }: { weights: Int8Array; scales: Float32Array },
  bias: Float32Array,
  scale: number,
): Float32Array {
  const [low, high] = [Math.min(0, ...x), Math.max(0, ...x)];
  const step = Math.fround((high - low) / 255) || 1;
  const zero = Math.round(-low / step);
  const integers = x.map((value) => Math.max(0, Math.min(255, Math.round(value / step) + zero)) - zero);
  const outputs = bias.length;
  return Float32Array.from({ length: (x.length / inputs) * outputs }, (_, at) => {
    const [row, output] = [Math.floor(at / outputs), at % outputs];
    let sum = 0;
    for (let i = 0; i < inputs; i++) sum += integers[row * inputs + i]! * weights[i * outputs + output]!;
    return scale * (sum * step * scales[output]! + bias[output]!);
  });
}

describe('a quantised linear layer', () => {
  it.each<Size>([
    { rows: 1, inputs: 1, outputs: 1 },
    { rows: 3, inputs: 7, outputs: 5 },
    { rows: 17, inputs: 33, outputs: 3 },
    { rows: 50, inputs: 192, outputs: 577 },
    { rows: 197, inputs: 48, outputs: 16, scale: 0.125 },
  ])('$rows rows, $inputs to $outputs', async (size) => {
    const x = numbers('x', [size.rows, size.inputs]);
    const [found, wanted] = await both(size, x);
    const largest = Math.max(...wanted.map(Math.abs));
    expect(found).toHaveLength(wanted.length);
    found.forEach((value, at) => expect(Math.abs(value - wanted[at]!)).toBeLessThan(1e-5 * largest));
  });

  it('of rows that are all zero gives the bias', async () => {
    const [found] = await both({ rows: 2, inputs: 8, outputs: 4 }, new Float32Array(16));
    numbers('b', [4]).forEach((value, output) => expect(found[output]).toBeCloseTo(value, 6));
  });
});
