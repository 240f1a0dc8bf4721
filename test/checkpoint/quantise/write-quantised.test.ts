/** The file of int8 weights: right for every type of stored weight, written once, mended when damaged. */
import { appendFile, readdir, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCheckpoint, writeGraphs, type Checkpoint } from '../../../src/checkpoint/index.js';
import { quantisedBytes, quantisedFile, quantisedLayout } from '../../../src/checkpoint/quantise/layout.js';
import { quantiseColumns } from '../../../src/checkpoint/quantise/quantise-columns.js';
import { writeQuantised } from '../../../src/checkpoint/quantise/write-quantised.js';
import { reducedLayers } from '../../../src/checkpoint/reduced-products.js';
import { caseNamed, type Case } from '../support/cases.js';
import { floatBytes } from '../support/float-bytes.js';
import { seededPart } from '../support/seeded.js';
import { writeCheckpoint } from '../support/write-checkpoint.js';

async function withCheckpoint(test: Case, use: (checkpoint: Checkpoint, path: string) => Promise<void>): Promise<void> {
  const folder = await writeCheckpoint(test);
  try {
    await use(await openCheckpoint(folder.dir), join(folder.dir, quantisedFile));
  } finally {
    await folder.remove();
  }
}

const small = caseNamed('one-layer-4-frames');

/** What the file must hold, from the seed of the weights. */
function expectedBytes({ config }: Checkpoint, test: Case): Buffer {
  const layers = reducedLayers(config);
  const layout = quantisedLayout(layers);
  const bytes = Buffer.alloc(quantisedBytes(layout));
  for (const { prefix, inputs, outputs } of layers) {
    const tensor = { name: `${prefix}.weight`, shape: [outputs, inputs], seed: test.seed, alpha: test.alpha };
    const exact = seededPart(tensor, 0, inputs * outputs);
    const { weights, scales } = quantiseColumns(rounded(exact, test.dtype), { inputs, outputs, transposed: false });
    const place = layout.get(prefix)!;
    bytes.set(new Uint8Array(weights.buffer), place.weights.offset);
    bytes.set(new Uint8Array(scales.buffer), place.scales.offset);
  }
  return bytes;
}

/** As the weights come back from the file, by arithmetic of its own. */
function rounded(values: Float32Array, dtype: Case['dtype']): Float32Array {
  if (dtype === 'F32') return values;
  const words = new Uint16Array(Uint8Array.from(floatBytes(values, dtype)).buffer);
  return Float32Array.from(words, (word) => {
    if (dtype === 'BF16') return new Float32Array(Uint32Array.of(word << 16).buffer)[0]!;
    const magnitude =
      (word >> 10) & 31 ? (1 + (word & 1023) / 1024) * 2 ** (((word >> 10) & 31) - 15) : (word & 1023) / 2 ** 24;
    return word & 0x8000 ? -magnitude : magnitude;
  });
}

describe('the file of int8 weights', () => {
  it.each(['one-layer-4-frames', 'half-precision', 'bfloat16', 'three-shards'])('%s', async (name) => {
    const test = caseNamed(name);
    await withCheckpoint(test, async (checkpoint, path) => {
      await writeQuantised(checkpoint, checkpoint.dir);
      expect((await readFile(path)).equals(expectedBytes(checkpoint, test))).toBe(true);
    });
  });

  it('honours a matrix that is stored the other way round', async () => {
    await withCheckpoint(small, async (checkpoint, path) => {
      const name = 'vision_model.encoder.layers.0.self_attn.q_proj.weight'; // square
      const tensors = new Map(checkpoint.tensors);
      tensors.set(name, { ...tensors.get(name)!, transposed: true });
      await writeQuantised({ ...checkpoint, tensors }, checkpoint.dir);
      const found = await readFile(path);
      const [layer] = reducedLayers(checkpoint.config);
      const { weights } = quantisedLayout(reducedLayers(checkpoint.config)).get(layer!.prefix)!;
      const { inputs, outputs } = layer!;
      const stored = seededPart(
        { name, shape: [outputs, inputs], seed: small.seed, alpha: small.alpha },
        0,
        inputs * outputs,
      );
      const turned = Float32Array.from(stored, (_, at) => stored[(at % inputs) * outputs + Math.floor(at / inputs)]!);
      const wanted = quantiseColumns(turned, { inputs, outputs, transposed: false }).weights;
      expect(found.subarray(weights.offset, weights.offset + weights.length)).toEqual(Buffer.from(wanted.buffer));
    });
  });

  it('is written once, and again when it is damaged, cut or gone, or when the weights changed', async () => {
    await withCheckpoint(small, async (checkpoint, path) => {
      const write = (): Promise<void> => writeQuantised(checkpoint, checkpoint.dir);
      await write();
      const good = await readFile(path);
      const first = await stat(path);
      await write();
      expect((await stat(path)).ino).toBe(first.ino);
      const damaged = Buffer.from(good);
      damaged[100]! ^= 1;
      for (const damage of [
        () => writeFile(path, damaged),
        () => truncate(path, good.length - 1),
        () => appendFile(path, 'x'),
      ]) {
        await damage();
        await utimes(path, first.atime, first.mtime);
        await write();
        expect((await readFile(path)).equals(good)).toBe(true);
      }
      const before = (await stat(path)).mtimeMs;
      await utimes(join(checkpoint.dir, 'model.safetensors'), 1, 1);
      await write();
      expect((await stat(path)).mtimeMs).toBeGreaterThan(before);
    });
  });

  it('leaves nothing when it is aborted, and several writers at once do no harm', async () => {
    await withCheckpoint(small, async (checkpoint, path) => {
      const before = await readdir(checkpoint.dir);
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(writeQuantised(checkpoint, checkpoint.dir, signal)).rejects.toThrow('enough');
      expect(await readdir(checkpoint.dir)).toEqual(before);
      await Promise.all([1, 2, 3].map(() => writeQuantised(checkpoint, checkpoint.dir)));
      expect((await readFile(path)).equals(expectedBytes(checkpoint, small))).toBe(true);
      expect((await readdir(checkpoint.dir)).toSorted()).toEqual(
        [...before, quantisedFile, `${quantisedFile}.made-of`].toSorted(),
      );
    });
  });

  it('takes a quarter of the float32 weights it stands for', async () => {
    await withCheckpoint(caseNamed('three-layers-8-frames-batch-3'), ({ config }) => {
      const layers = reducedLayers(config);
      const weights = layers.reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0);
      const scales = layers.reduce((sum, { outputs }) => sum + 4 * outputs, 0);
      expect(quantisedBytes(quantisedLayout(layers))).toBeLessThan(weights + scales + 128 * layers.length);
      return Promise.resolve();
    });
  });
});

describe('fp16 graphs', () => {
  it('of a weight that float16 cannot hold are refused; float32 and int8 are not', async () => {
    const name = 'vision_model.encoder.layers.0.mlp.fc1.weight';
    const folder = await writeCheckpoint(small, { name, change: (value, at) => (at === 5 ? -70_000 : value) });
    try {
      const checkpoint = await openCheckpoint(folder.dir);
      const write = (precision: 'fp16' | 'int8' | 'fp32'): Promise<unknown> =>
        writeGraphs(checkpoint, join(folder.dir, precision), { precision });
      await expect(write('fp16')).rejects.toMatchObject({
        code: 'CHECKPOINT_HALF_RANGE',
        message: `Tensor ${name}: expected numbers of at most 65504 for fp16, found -70000.`,
      });
      await write('int8');
      await write('fp32');
    } finally {
      await folder.remove();
    }
  });
});
