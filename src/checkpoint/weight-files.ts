/** Finds the weights of a model folder: one file, or the shards that an index names, as safetensors or as PyTorch writes them. */
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ActionwireError } from '../core/errors.js';
import { parseJson, readText, validate } from './read-file.js';
import { readHeader } from './safetensors/header.js';
import type { StoredTensor } from './stored-tensor.js';
import { readTorchFile } from './torch/torch-file.js';

type Tensors = ReadonlyMap<string, StoredTensor>;

interface Format {
  readonly single: string;
  readonly index: string;
  readonly ending: string;
  readonly read: (path: string) => Promise<Tensors>;
}

const MAX_INDEX_BYTES = 16 << 20;
const MAX_SHARDS = 1000;

/** In order of preference: safetensors cannot hold anything but numbers. */
const safetensors: Format = {
  single: 'model.safetensors',
  index: 'model.safetensors.index.json',
  ending: 'safetensors',
  read: readHeader,
};
const formats: readonly Format[] = [
  safetensors,
  { single: 'pytorch_model.bin', index: 'pytorch_model.bin.index.json', ending: 'bin', read: readTorchFile },
];

/**
 * All tensors of the folder by name: of model.safetensors, else of pytorch_model.bin, else of the one `.pth` file.
 * Throws a `CHECKPOINT_...` code when there are no weights or their files are not as they should be.
 */
export async function readTensors(dir: string): Promise<Tensors> {
  for (const format of formats) {
    if (await exists(join(dir, format.single))) return format.read(join(dir, format.single));
    if (await exists(join(dir, format.index))) return readShards(dir, format);
  }
  const original = await findOriginal(dir);
  return original === undefined ? safetensors.read(join(dir, safetensors.single)) : readTorchFile(original);
}

/** A folder may hold one `.pth`, under any name; of several nobody could say which is meant. */
async function findOriginal(dir: string): Promise<string | undefined> {
  const names = (await readdir(dir).catch(() => [])).filter((name) => name.endsWith('.pth')).sort();
  if (names.length > 1) {
    throw new ActionwireError('CHECKPOINT_FILE_MISSING', `${dir} holds several .pth files (${names.join(', ')}).`, {
      hint: 'Keep one of them in the folder.',
    });
  }
  return names[0] === undefined ? undefined : join(dir, names[0]);
}

async function readShards(dir: string, { index, ending, read }: Format): Promise<Tensors> {
  const text = await readText(join(dir, index), MAX_INDEX_BYTES, 'CHECKPOINT_HEADER_INVALID');
  const json = parseJson(text, index, 'CHECKPOINT_HEADER_INVALID');
  const map = validate(indexSchema(ending), json, index, 'CHECKPOINT_HEADER_INVALID').weight_map;
  const names = [...new Set(Object.values(map))].sort();
  if (names.length > MAX_SHARDS) {
    throw new ActionwireError(
      'CHECKPOINT_HEADER_INVALID',
      `${index} names ${names.length} files; at most ${MAX_SHARDS} are accepted.`,
    );
  }
  const tensors = new Map<string, StoredTensor>();
  for (const name of names) {
    for (const [tensor, stored] of await read(join(dir, name))) {
      if (map[tensor] === name) tensors.set(tensor, stored);
    }
  }
  return tensors;
}

/** A shard is a plain name beside the index: nothing that could lead out of the folder. */
function indexSchema(ending: string): z.ZodType<{ weight_map: Record<string, string> }> {
  const shard = z
    .string()
    .max(200)
    .regex(new RegExp(`^(?!\\.)[\\w.-]+\\.${ending}$`), 'expected the name of a file beside the index');
  return z.object({ weight_map: z.record(z.string(), shard) });
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
