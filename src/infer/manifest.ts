/** Reads manifest.json: what a model folder says about itself that config.json cannot. */
import { join } from 'node:path';
import { z } from 'zod';
import { ActionwireError } from '../core/errors.js';
import { maxFps } from '../core/model-info.js';
import { readOptionalText } from '../core/read-file.js';

/** A thousand labels with many phrases each stay far below. */
const maxManifestBytes = 4 << 20;
const milliseconds = z.number().min(0).max(600_000);
const nonEmpty = z.string().trim().min(1);

const manifestSchema = z.looseObject({
  name: nonEmpty.optional(),
  version: nonEmpty.optional(),
  /** Frames per second that the model was trained for. */
  fps: z.number().positive().max(maxFps).default(6),
  /** Frames per window; when given it must equal config.json's. */
  frames: z.int().min(1).max(256).optional(),
  /** Distance between windows, in frames. */
  strideFrames: z.int().min(1).max(256).default(4),
  /** Where in the window the label applies, 0 (oldest frame) to 1 (newest). */
  referencePoint: z.number().min(0).max(1).default(0.5),
  backgroundLabel: nonEmpty.optional(),
  /** Sentences with `{}` in the label's place; the text embeddings of all of them are averaged. */
  promptTemplates: z
    .array(z.string().includes('{}', { error: 'a prompt template needs {} in the place of the label' }))
    .min(1)
    .max(64)
    .default(['{}']),
  /** More phrasings of a label, averaged in like the templates; they replace the label's own name in them. */
  labelPhrases: z.record(z.string(), z.array(nonEmpty).min(1).max(64)).default({}),
  /** Thresholds for the events of this model; what they mean is told in docs/events.md. */
  recommended: z
    .object({
      enter: z.exactOptional(z.number().min(0).max(1)),
      exit: z.exactOptional(z.number().min(0).max(1)),
      minDurationMs: z.exactOptional(milliseconds),
      gapToleranceMs: z.exactOptional(milliseconds),
      smoothingMs: z.exactOptional(milliseconds),
    })
    .default({}),
});

/** The fields of manifest.json with their defaults filled in; unknown fields are kept. */
export type Manifest = z.infer<typeof manifestSchema>;

/** @throws MODEL_MANIFEST_INVALID. A folder without the file gives the defaults (fps 6, stride 4, reference point 0.5). */
export async function readManifest(dir: string): Promise<Manifest> {
  const path = join(dir, 'manifest.json');
  const text = (await readOptionalText(path, maxManifestBytes, 'MODEL_MANIFEST_INVALID')) ?? '{}';
  const parsed = manifestSchema.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data;
  throw new ActionwireError('MODEL_MANIFEST_INVALID', `${path}: ${issuesOf(parsed.error)}`);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ActionwireError('MODEL_MANIFEST_INVALID', `${path} is not JSON`, { cause: error });
  }
}

function issuesOf(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`).join('; ');
}
