/** Reads what a recording really shows from the file beside it. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ActionwireError } from '../core/errors.js';
import type { Segment } from '../events/index.js';

const segment = z
  .object({ label: z.string().min(1), fromMs: z.number().min(0), toMs: z.number() })
  .refine(({ fromMs, toMs }) => toMs > fromMs, { error: 'must be later than fromMs', path: ['toMs'] });

const truthSchema = z.object({ segments: z.array(segment) });

/** `clip.mp4` has its truth in `clip.truth.json`. */
export function truthPathOf(recording: string): string {
  return recording.replace(/(?:\.[^./\\]+)?$/, '.truth.json');
}

/** @throws ActionwireError TRUTH_INVALID for a file that is not there or does not say what happens when */
export async function readTruth(path: string): Promise<readonly Segment[]> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new ActionwireError('TRUTH_INVALID', `${path} ${why}`, { cause });
  }
  const parsed = truthSchema.safeParse(value);
  if (parsed.success) return parsed.data.segments;
  const [issue] = parsed.error.issues;
  throw new ActionwireError('TRUTH_INVALID', `${path}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}
