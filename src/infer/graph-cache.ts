/** Where the generated ONNX graphs of a model are kept, so that only the first start writes them. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { ActionwireError } from '../core/errors.js';
import type { Precision } from '../core/model-info.js';
import { version } from '../core/version.js';

const unusedAfterMs = 30 * 24 * 3_600_000;

/**
 * The folder for the graphs of exactly these files in this precision and this version of the program: another path, size or time of change
 * gives another folder. It exists when this returns; folders that nobody used for 30 days are deleted. @throws MODEL_CACHE_UNWRITABLE
 */
export async function graphFolder(
  cacheDir: string,
  modelFiles: readonly string[],
  precision: Precision = 'fp32',
): Promise<string> {
  const root = join(cacheDir, 'graphs');
  const folder = join(root, await identify(modelFiles, precision));
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await utimes(folder, new Date(), new Date());
  } catch (cause) {
    throw new ActionwireError('MODEL_CACHE_UNWRITABLE', `${folder} cannot be written`, { cause });
  }
  await deleteUnused(root);
  return folder;
}

async function identify(files: readonly string[], precision: Precision): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([version, precision]));
  for (const file of files.toSorted()) {
    const { size, mtimeMs } = await stat(file);
    hash.update(JSON.stringify([file, size, mtimeMs]));
  }
  return hash.digest('hex').slice(0, 32);
}

/** Another process may delete at the same time, so what is already gone is no failure. */
async function deleteUnused(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const path = join(root, name);
    const used = await stat(path).catch(() => undefined);
    if (used !== undefined && Date.now() - used.mtimeMs > unusedAfterMs)
      await rm(path, { recursive: true, force: true });
  }
}
