/** Tells one model's weights from another's by what they are, wherever the files lie. */
import { createHash } from 'node:crypto';
import { ActionwireError } from '../../core/errors.js';
import { fileSha256 } from '../../core/file-sha256.js';
import type { Taught } from './taught-file.js';

/** SHA-256 over the SHA-256 of each weight file, in the order of these. Reads all of them once: about a second a gigabyte. */
export async function weightsSha256(files: readonly string[], signal?: AbortSignal): Promise<string> {
  const digests: string[] = [];
  for (const file of new Set(files)) digests.push(await fileSha256(file, signal));
  return createHash('sha256').update(digests.sort().join('\n')).digest('hex');
}

/** Embeddings of one model say nothing to another. @throws TAUGHT_OTHER_MODEL */
export function mustBeTaughtTo({ name, model }: Taught, modelName: string, weights: string): void {
  if (model.weights === weights) return;
  const same = model.name === modelName ? ', with other weights' : '';
  throw new ActionwireError('TAUGHT_OTHER_MODEL', `"${name}" was taught to ${model.name}, not to ${modelName}${same}`);
}
