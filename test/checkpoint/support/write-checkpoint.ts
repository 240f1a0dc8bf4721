/** Writes a model folder whose weights come from a seed, in pieces, so that large ones fit on a small machine too. */
import { mkdtemp, open, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../../src/checkpoint/config.js';
import { expectedTensors, type Shape } from '../../../src/checkpoint/expected-tensors.js';
import type { Case } from './cases.js';
import { floatBytes } from './float-bytes.js';
import { seededPart } from './seeded.js';

const PART = 1 << 20;

export interface Change {
  /** Name of the tensor whose numbers are changed. */
  readonly name: string;
  readonly change: (value: number, index: number) => number;
}

/** A temporary folder with a checkpoint for `test`; removed by `await using` or `remove()`. */
export async function writeCheckpoint(
  test: Case,
  change?: Change,
): Promise<{ dir: string; remove: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'actionwire-checkpoint-'));
  await writeFile(join(dir, 'config.json'), JSON.stringify({ model_type: 'xclip', ...test.config }));
  await writeFile(join(dir, 'preprocessor_config.json'), JSON.stringify(preprocessor(test)));
  await writeWeights(dir, test, change);
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

function preprocessor({ config, mean, std }: Case): object {
  const edge = config.vision_config.image_size;
  return { size: { shortest_edge: edge }, crop_size: { height: edge, width: edge }, image_mean: mean, image_std: std };
}

async function writeWeights(dir: string, test: Case, change?: Change): Promise<void> {
  const tensors = [...expectedTensors(parseConfig({ model_type: 'xclip', ...test.config }))];
  const shards = test.shards ?? 1;
  const weightMap: Record<string, string> = {};
  for (let shard = 0; shard < shards; shard++) {
    const own = tensors.filter((_, index) => index % shards === shard);
    const name = shards === 1 ? 'model.safetensors' : `model-0000${shard + 1}-of-0000${shards}.safetensors`;
    for (const [tensor] of own) weightMap[tensor] = name;
    await writeShard(join(dir, name), own, test, change);
  }
  const index = JSON.stringify({ metadata: {}, weight_map: weightMap });
  if (shards > 1) await writeFile(join(dir, 'model.safetensors.index.json'), index);
}

async function writeShard(path: string, tensors: [string, Shape][], test: Case, change?: Change): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.write(encodeHeader(tensors, test.dtype));
    for (const [name, shape] of tensors) await writeTensor(file, name, shape, test, change);
  } finally {
    await file.close();
  }
}

/** The 8 bytes of length and the JSON, padded with spaces as the reference implementation does. */
export function encodeHeader(tensors: readonly (readonly [string, Shape])[], dtype: Case['dtype']): Buffer {
  let end = 0;
  const entries = tensors.map(([name, shape]) => {
    const start = end;
    end += elementCount(shape) * (dtype === 'F32' ? 4 : 2);
    return [name, { dtype, shape, data_offsets: [start, end] }];
  });
  const json = JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) });
  return frameHeader(json.padEnd(Math.ceil(json.length / 8) * 8));
}

/** Any text as the header of a safetensors file. */
export function frameHeader(text: string, announced = BigInt(Buffer.byteLength(text))): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(announced);
  return Buffer.concat([length, Buffer.from(text)]);
}

async function writeTensor(file: FileHandle, name: string, shape: Shape, test: Case, change?: Change): Promise<void> {
  const count = elementCount(shape);
  for (let start = 0; start < count; start += PART) {
    const part = seededPart({ name, shape, seed: test.seed, alpha: test.alpha }, start, Math.min(PART, count - start));
    const values = change?.name === name ? part.map((value, index) => change.change(value, start + index)) : part;
    await file.write(floatBytes(values, test.dtype));
  }
}

const elementCount = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);
