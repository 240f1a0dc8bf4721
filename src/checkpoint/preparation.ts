/** Reads preprocessor_config.json: how a decoded picture becomes the model's input. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ActionwireError } from '../core/errors.js';
import type { Preparation } from '../core/model-info.js';
import { parseJson, readText, validate } from './read-file.js';

/** The geometry, done while decoding, and the arithmetic, done inside the graph: `(pixel * rescaleFactor - mean) / std`. */
export interface CheckpointPreparation extends Preparation {
  /** Red, green, blue. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly rescaleFactor: number;
}

const MAX_BYTES = 1 << 20;
const edge = z.int().min(1).max(4096);
const channels = (value: z.ZodNumber): z.ZodArray<z.ZodNumber> => z.array(value).length(3);

/** Field names and defaults of `VideoMAEImageProcessor` and `CLIPImageProcessor`, whose files X-CLIP checkpoints carry. */
const schema = z.object({
  do_resize: z.literal(true).default(true),
  do_center_crop: z.literal(true).default(true),
  do_rescale: z.boolean().default(true),
  do_normalize: z.boolean().default(true),
  size: z
    .union([edge, z.object({ shortest_edge: edge })], 'expected a number or {"shortest_edge": number}')
    .default(224),
  crop_size: z
    .union([edge, z.object({ height: edge, width: edge })], 'expected a number or {"height": number, "width": number}')
    .optional(),
  // PIL numbers: 2 is bilinear, 3 is bicubic.
  resample: z.union([z.literal(2), z.literal(3)], 'expected 2 (bilinear) or 3 (bicubic)').default(2),
  rescale_factor: z
    .number()
    .positive()
    .max(1)
    .default(1 / 255),
  image_mean: channels(z.number().min(-1000).max(1000)).optional(),
  image_std: channels(z.number().min(1e-6).max(1000)).optional(),
});
type Raw = z.infer<typeof schema>;

/**
 * Reads `<dir>/preprocessor_config.json` (or the `image_processor` part of processor_config.json, where transformers 5
 * writes it). `imageSize` is the edge the model takes, in pixels; a crop of another size is an error.
 */
export async function readPreparation(dir: string, imageSize: number): Promise<CheckpointPreparation> {
  const { file, json } = await readProcessorFile(dir);
  return parsePreparation(json, imageSize, file);
}

export function parsePreparation(json: unknown, imageSize: number, file: string): CheckpointPreparation {
  const raw = validate(schema, json, file, 'CHECKPOINT_CONFIG_INVALID');
  const crop = raw.crop_size ?? imageSize;
  const [cropWidth, cropHeight] = typeof crop === 'number' ? [crop, crop] : [crop.width, crop.height];
  const shortestEdge = typeof raw.size === 'number' ? raw.size : raw.size.shortest_edge;
  if (cropWidth !== imageSize || cropHeight !== imageSize) {
    invalid(file, `crop_size is ${cropWidth}x${cropHeight}, but vision_config.image_size is ${imageSize}`);
  }
  if (shortestEdge < imageSize) invalid(file, `size (${shortestEdge}) is below crop_size (${imageSize})`);
  const resample = raw.resample === 2 ? 'bilinear' : 'bicubic';
  const rescaleFactor = raw.do_rescale ? raw.rescale_factor : 1;
  return { shortestEdge, cropWidth, cropHeight, resample, rescaleFactor, ...normalisation(raw, file) };
}

/** The processors' own defaults for mean and std differ from one another, so a file that normalises must name them. */
function normalisation(raw: Raw, file: string): { mean: readonly number[]; std: readonly number[] } {
  if (!raw.do_normalize) return { mean: [0, 0, 0], std: [1, 1, 1] };
  const { image_mean: mean, image_std: std } = raw;
  if (mean === undefined) return invalid(file, 'image_mean is missing');
  if (std === undefined) return invalid(file, 'image_std is missing');
  return { mean, std };
}

async function readProcessorFile(dir: string): Promise<{ file: string; json: unknown }> {
  const own = join(dir, 'preprocessor_config.json');
  const combined = join(dir, 'processor_config.json');
  if (!(await exists(own)) && (await exists(combined))) {
    const json = z.looseObject({ image_processor: z.unknown() }).safeParse(await readJson(combined));
    if (json.success) return { file: 'processor_config.json', json: json.data.image_processor };
  }
  return { file: 'preprocessor_config.json', json: await readJson(own) };
}

async function readJson(path: string): Promise<unknown> {
  return parseJson(await readText(path, MAX_BYTES, 'CHECKPOINT_CONFIG_INVALID'), path, 'CHECKPOINT_CONFIG_INVALID');
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

function invalid(file: string, problem: string): never {
  throw new ActionwireError('CHECKPOINT_CONFIG_INVALID', `${file}: ${problem}.`);
}
