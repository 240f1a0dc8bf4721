/** Reads the small files of a model folder, with limits, so that a wrong folder ends in a sentence and not in a crash. */
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ZodType } from 'zod';
import type { ErrorCode } from '../core/error-catalogue.js';
import { ActionwireError } from '../core/errors.js';
import { printable } from './printable.js';

/** The size in bytes of a plain file; anything else is `CHECKPOINT_FILE_MISSING`. */
export async function fileSize(path: string, code: ErrorCode = 'CHECKPOINT_FILE_MISSING'): Promise<number> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new ActionwireError(code, `${path} cannot be read.`, { cause });
  });
  if (!found.isFile()) throw new ActionwireError(code, `${path} is not a plain file.`);
  return found.size;
}

/** Exactly `length` bytes of a file from `position`. */
export async function readBytes(path: string, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const file = await open(path).catch((cause: unknown) => {
    throw new ActionwireError('CHECKPOINT_FILE_MISSING', `${path} cannot be opened.`, { cause });
  });
  try {
    let done = 0;
    while (done < length) {
      const { bytesRead } = await file.read(buffer, done, length - done, position + done);
      if (bytesRead === 0)
        throw new ActionwireError('CHECKPOINT_TENSOR_RANGE', `${path} ends before byte ${position + length}.`);
      done += bytesRead;
    }
    return buffer;
  } finally {
    await file.close();
  }
}

/** The text of a file of at most `limit` bytes. */
export async function readText(path: string, limit: number, code: ErrorCode): Promise<string> {
  const size = await fileSize(path);
  if (size > limit) throw new ActionwireError(code, `${path} has ${size} bytes; at most ${limit} are accepted.`);
  return (await readBytes(path, 0, size)).toString('utf8');
}

/** Parses JSON, or fails with `code` and the name of the file. */
export function parseJson(text: string, path: string, code: ErrorCode): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new ActionwireError(code, `${basename(path)} is not valid JSON.`, { cause });
  }
}

/** Checks `value` against a schema; the message names the field, what was expected and what was found. */
export function validate<T>(schema: ZodType<T>, value: unknown, file: string, code: ErrorCode): T {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = printable(issue?.path.join('.') ?? '');
  const found = issue?.input === undefined ? '' : ` (found ${abbreviate(issue.input)})`;
  throw new ActionwireError(
    code,
    `${file}: ${field === '' ? '' : `${field}: `}${issue?.message ?? 'invalid'}${found}.`,
  );
}

function abbreviate(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return printable(String(text), 80);
}
