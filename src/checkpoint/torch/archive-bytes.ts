/** Reads pieces of a PyTorch file, never beyond where they may lie, and says what is wrong with it. */
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { ActionwireError } from '../../core/errors.js';

/** Exactly `length` bytes from `offset`, which must lie before `end`. Callers limit the length. */
export async function readRange(
  file: FileHandle,
  offset: number,
  length: number,
  end: number,
  path: string,
): Promise<Buffer> {
  if (offset < 0 || offset + length > end)
    invalid(path, `is cut off: bytes ${offset} to ${offset + length} are missing`);
  const buffer = Buffer.alloc(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(buffer, done, length - done, offset + done);
    if (bytesRead === 0) invalid(path, `is cut off at byte ${offset + done}`);
    done += bytesRead;
  }
  return buffer;
}

/** Throws `CHECKPOINT_ARCHIVE_INVALID`: the file is named, then the problem. */
export function invalid(path: string, problem: string, hint?: string): never {
  const details = hint === undefined ? {} : { hint };
  throw new ActionwireError('CHECKPOINT_ARCHIVE_INVALID', `${basename(path)} ${problem}.`, details);
}
