/** Tells whether the weight files behind a checkpoint are still the same ones. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { TensorIndex } from './tensor-index.js';

/** Changes when a weight file is replaced or when other parts of it are used. */
export async function weightsIdentity(tensors: TensorIndex): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([...tensors]));
  for (const file of weightFiles(tensors)) {
    const { size, mtimeMs, ino } = await stat(file);
    hash.update(JSON.stringify([file, size, mtimeMs, ino]));
  }
  return hash.digest('hex');
}

/** Each weight file once. */
export function weightFiles(tensors: TensorIndex): readonly string[] {
  return [...new Set([...tensors.values()].map((tensor) => tensor.file))];
}
