/** Finds the safetensors files of a model folder: one `model.safetensors`, or the shards that its index names. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ActionwireError } from '../../core/errors.js';
import { parseJson, readText, validate } from '../read-file.js';
import { readHeader, type StoredTensor } from './header.js';

const SINGLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';
const MAX_INDEX_BYTES = 16 << 20;
const MAX_SHARDS = 1000;
/** A shard is a plain name beside the index: nothing that could lead out of the folder. */
const shardName = z
  .string()
  .max(200)
  .regex(/^(?!\.)[\w.-]+\.safetensors$/, 'expected the name of a file beside the index');
const indexSchema = z.object({ weight_map: z.record(z.string(), shardName) });

/** All tensors of the folder by name. */
export async function readTensors(dir: string): Promise<ReadonlyMap<string, StoredTensor>> {
  const indexPath = join(dir, INDEX);
  const single = join(dir, SINGLE);
  if ((await exists(single)) || !(await exists(indexPath))) return readHeader(single);
  return readShards(dir, indexPath);
}

async function readShards(dir: string, indexPath: string): Promise<ReadonlyMap<string, StoredTensor>> {
  const text = await readText(indexPath, MAX_INDEX_BYTES, 'CHECKPOINT_HEADER_INVALID');
  const json = parseJson(text, indexPath, 'CHECKPOINT_HEADER_INVALID');
  const map = validate(indexSchema, json, INDEX, 'CHECKPOINT_HEADER_INVALID').weight_map;
  const names = [...new Set(Object.values(map))].sort();
  if (names.length > MAX_SHARDS) {
    throw new ActionwireError(
      'CHECKPOINT_HEADER_INVALID',
      `${INDEX} names ${names.length} files; at most ${MAX_SHARDS} are accepted.`,
    );
  }
  const tensors = new Map<string, StoredTensor>();
  for (const name of names) {
    for (const [tensor, stored] of await readHeader(join(dir, name))) {
      if (map[tensor] === name) tensors.set(tensor, stored);
    }
  }
  return tensors;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
