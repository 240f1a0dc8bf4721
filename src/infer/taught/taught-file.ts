/** The file that `actionwire model teach` writes: names, video embeddings and the model they belong to. Contains no picture. */
import { z } from 'zod';
import { ActionwireError } from '../../core/errors.js';
import { readText } from '../../core/read-file.js';
import { writeAtomically } from '../../core/write-atomically.js';
import { unitLength } from './shot-memory.js';

/** A thousand labels with four clips of four views each, at 768 numbers, stay below. */
const maxBytes = 128 << 20;
const name = z.string().trim().min(1).max(200);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** One embedding, float32, little-endian, base64. */
const embedding = z.base64().transform((text, context): Float32Array => {
  const bytes = Buffer.from(text, 'base64');
  const values = Float32Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readFloatLE(4 * i));
  const norm = Math.hypot(...values);
  if (bytes.length % 4 === 0 && norm > 0 && Number.isFinite(norm)) return values;
  context.addIssue({ code: 'custom', message: 'not an embedding' });
  return z.NEVER;
});

const schema = z.strictObject({
  format: z.literal('actionwire-taught'),
  version: z.literal(1),
  name,
  model: z.strictObject({ name, weights: sha256, projection: z.int().min(1).max(65_536) }),
  /** See `Mix`. */
  alpha: z.number().min(0).max(10_000),
  beta: z.number().min(0).max(10_000),
  classes: z
    .array(
      z.strictObject({
        label: name,
        clips: z
          .array(z.strictObject({ name: z.string().max(500), sha256, views: z.array(embedding).min(1).max(64) }))
          .min(1)
          .max(1000),
      }),
    )
    .min(1)
    .max(1000),
});

/** Its content, with the embeddings as numbers. */
export type Taught = z.output<typeof schema>;

/** @throws TAUGHT_INVALID */
export async function readTaught(path: string): Promise<Taught> {
  const parsed = schema.safeParse(parseJson(await readText(path, maxBytes, 'TAUGHT_INVALID'), path));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(path, `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'not acceptable'}`);
  }
  const problem = problemOf(parsed.data);
  if (problem !== undefined) throw invalid(path, problem);
  return parsed.data;
}

/** Readers see the old file or the new one, never a part. @throws TAUGHT_UNWRITABLE */
export async function writeTaught(path: string, taught: Taught): Promise<void> {
  try {
    await writeAtomically(path, `${JSON.stringify(taught, (_, value: unknown) => encode(value))}\n`);
  } catch (cause) {
    throw new ActionwireError('TAUGHT_UNWRITABLE', `${path} cannot be written`, { cause });
  }
}

/** All examples as unit vectors, and for each the label's place in the file and the clip's SHA-256. */
export function examplesOf({ classes }: Taught): { key: Float32Array; place: number; clip: string }[] {
  return classes.flatMap(({ clips }, place) =>
    clips.flatMap(({ views, sha256: clip }) => views.map((view) => ({ key: unitLength(view), place, clip }))),
  );
}

function encode(value: unknown): unknown {
  if (!(value instanceof Float32Array)) return value;
  const bytes = Buffer.alloc(4 * value.length);
  value.forEach((number, i) => bytes.writeFloatLE(number, 4 * i));
  return bytes.toString('base64');
}

function problemOf({ classes, model }: Taught): string | undefined {
  const labels = classes.map(({ label }) => label);
  const repeated = labels.find((label, i) => labels.indexOf(label) !== i);
  if (repeated !== undefined) return `${JSON.stringify(repeated)} appears twice`;
  const sizes = classes.flatMap(({ clips }) => clips.flatMap(({ views }) => views.map(({ length }) => length)));
  const wrong = sizes.find((size) => size !== model.projection);
  return wrong === undefined ? undefined : `an embedding of ${wrong} numbers instead of ${model.projection}`;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ActionwireError('TAUGHT_INVALID', `${path} is not JSON`, { cause });
  }
}

function invalid(path: string, problem: string): ActionwireError {
  return new ActionwireError('TAUGHT_INVALID', `${path}: ${problem}`);
}
