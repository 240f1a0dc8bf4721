/** Reads files that come from somebody else, with limits, so that a wrong one ends in a sentence and not in a full memory. */
import { open, stat } from 'node:fs/promises';
import type { ErrorCode } from './error-catalogue.js';
import { ActionwireError } from './errors.js';

/**
 * The text of a plain file of at most `limit` bytes.
 * @param unreadable the code for a file that is missing, no plain file or not readable
 * @throws ActionwireError `code` for one that is too large, or becomes shorter meanwhile
 */
export async function readText(path: string, limit: number, code: ErrorCode, unreadable = code): Promise<string> {
  const size = await fileSize(path, unreadable);
  if (size > limit) throw new ActionwireError(code, `${path} has ${size} bytes; at most ${limit} are accepted.`);
  return (await readBytes(path, 0, size, { unreadable, tooShort: code })).toString('utf8');
}

/** The same, or undefined when there is no such file. */
export async function readOptionalText(path: string, limit: number, code: ErrorCode): Promise<string | undefined> {
  const found = await stat(path).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ActionwireError(code, `${path} cannot be read.`, { cause });
  });
  return found === undefined ? undefined : readText(path, limit, code);
}

/** The size in bytes of a plain file. @throws ActionwireError `code` for anything else */
export async function fileSize(path: string, code: ErrorCode): Promise<number> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new ActionwireError(code, `${path} cannot be read.`, { cause });
  });
  if (!found.isFile()) throw new ActionwireError(code, `${path} is not a plain file.`);
  return found.size;
}

/** Exactly `length` bytes of a file from `position`. */
export async function readBytes(
  path: string,
  position: number,
  length: number,
  codes: { readonly unreadable: ErrorCode; readonly tooShort: ErrorCode },
): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const file = await open(path).catch((cause: unknown) => {
    throw new ActionwireError(codes.unreadable, `${path} cannot be opened.`, { cause });
  });
  try {
    let done = 0;
    while (done < length) {
      const { bytesRead } = await file.read(buffer, done, length - done, position + done);
      if (bytesRead === 0) throw new ActionwireError(codes.tooShort, `${path} ends before byte ${position + length}.`);
      done += bytesRead;
    }
    return buffer;
  } finally {
    await file.close();
  }
}
