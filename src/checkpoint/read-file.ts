/** Reads the small files of a model folder, with limits, so that a wrong folder ends in a sentence and not in a crash. */
import { basename } from 'node:path';
import type { ZodType } from 'zod';
import type { ErrorCode } from '../core/error-catalogue.js';
import { ActionwireError } from '../core/errors.js';
import * as core from '../core/read-file.js';
import { printable } from './printable.js';

const unreadable = 'CHECKPOINT_FILE_MISSING';

/** The size in bytes of a plain file; anything else is `CHECKPOINT_FILE_MISSING`. */
export const fileSize = (path: string): Promise<number> => core.fileSize(path, unreadable);

/** Exactly `length` bytes of a file from `position`. */
export const readBytes = (path: string, position: number, length: number): Promise<Buffer> =>
  core.readBytes(path, position, length, { unreadable, tooShort: 'CHECKPOINT_TENSOR_RANGE' });

/** The text of a file of at most `limit` bytes; a larger one is `code`. */
export const readText = (path: string, limit: number, code: ErrorCode): Promise<string> =>
  core.readText(path, limit, code, unreadable);

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
