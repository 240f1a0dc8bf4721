/** Failures of the disk as errors that say what to do. */
import { statfs } from 'node:fs/promises';
import { ActionwireError } from '../core/errors.js';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Waits for a file operation on `path`. @throws HUB_DISK_FULL, MODEL_CACHE_UNWRITABLE */
export async function onDisk<T>(operation: Promise<T>, path: string): Promise<T> {
  return operation.catch((cause: unknown) => {
    const code = (cause as NodeJS.ErrnoException).code ?? 'an unknown failure';
    if (FULL.has(code)) throw new ActionwireError('HUB_DISK_FULL', `${path}: the disk is full (${code}).`, { cause });
    throw new ActionwireError('MODEL_CACHE_UNWRITABLE', `${path} cannot be written (${code}).`, { cause });
  });
}

/** Fails before the first byte when `bytes` more do not fit into `dir`, which exists. @throws HUB_DISK_FULL */
export async function mustFit(dir: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await onDisk(statfs(dir), dir);
  const free = bavail * bsize;
  if (bytes > free) throw new ActionwireError('HUB_DISK_FULL', `${dir}: ${bytes} bytes are needed, ${free} are free.`);
}
