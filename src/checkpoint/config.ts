/** Reads config.json of a Hugging Face X-CLIP checkpoint; defaults are those of configuration_x_clip.py. */
import { join } from 'node:path';
import { z } from 'zod';
import { ActionwireError } from '../core/errors.js';
import { printable } from './printable.js';
import { parseJson, readText, validate } from './read-file.js';

/** The activation functions that can be built; every published X-CLIP uses `quick_gelu`. */
export const activations = ['quick_gelu', 'gelu'] as const;
export type Activation = (typeof activations)[number];

export interface TransformerConfig {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
}

export interface TextConfig extends TransformerConfig {
  readonly vocabularySize: number;
  /** Longest text in tokens, begin and end included. */
  readonly positions: number;
  readonly layerNormEps: number;
  readonly activation: Activation;
}

export interface VisionConfig extends TransformerConfig {
  /** Edge of the square picture, pixels. */
  readonly imageSize: number;
  readonly patchSize: number;
  /** Frames per window, T. */
  readonly frames: number;
  readonly layerNormEps: number;
  readonly activation: Activation;
}

export interface XClipConfig {
  readonly text: TextConfig;
  readonly vision: VisionConfig;
  /** The multiframe integration transformer; its hidden size is the projection size. */
  readonly mit: TransformerConfig;
  readonly projectionSize: number;
  readonly prompts: { readonly layers: number; readonly heads: number; readonly activation: Activation };
}

const MAX_CONFIG_BYTES = 1 << 20;
const size = (max: number): z.ZodNumber => z.int().min(1).max(max);
const width = size(16_384);
const layers = size(256);
const heads = size(512);
const epsilon = z.number().positive().max(1);
const activation = z.enum(activations);
/** transformers accepts one number or a pair; the model itself only works with squares. */
const square = (max: number): z.ZodType<number> =>
  z.union([size(max), z.tuple([size(max), size(max)])]).transform((value, context) => {
    if (typeof value === 'number') return value;
    if (value[0] !== value[1]) context.addIssue({ code: 'custom', message: 'expected a square' });
    return value[0];
  });

const textSchema = z.object({
  vocab_size: size(4_000_000).default(49_408),
  hidden_size: width.default(512),
  intermediate_size: size(65_536).default(2048),
  num_hidden_layers: layers.default(12),
  num_attention_heads: heads.default(8),
  max_position_embeddings: size(8192).min(2).default(77),
  hidden_act: activation.default('quick_gelu'),
  layer_norm_eps: epsilon.default(1e-5),
});

const visionSchema = z.object({
  hidden_size: width.default(768),
  intermediate_size: size(65_536).default(3072),
  num_hidden_layers: layers.default(12),
  num_attention_heads: heads.default(12),
  mit_hidden_size: width.default(512),
  mit_intermediate_size: size(65_536).default(2048),
  mit_num_hidden_layers: layers.default(1),
  mit_num_attention_heads: heads.default(8),
  num_channels: z.literal(3).default(3),
  image_size: square(4096).default(224),
  patch_size: square(4096).default(32),
  num_frames: size(1024).default(8),
  hidden_act: activation.default('quick_gelu'),
  layer_norm_eps: epsilon.default(1e-5),
});

const configSchema = z.object({
  text: textSchema,
  vision: visionSchema,
  projection_dim: width.default(512),
  prompt_layers: layers.default(2),
  prompt_num_attention_heads: heads.default(8),
  prompt_hidden_act: activation.default('quick_gelu'),
});
type RawConfig = z.infer<typeof configSchema>;

const outerSchema = z.looseObject({
  model_type: z.string().optional(),
  text_config: z.looseObject({}).nullish(),
  vision_config: z.looseObject({}).nullish(),
  // Old checkpoints carry these beside the above; where they are not null they win (XCLIPConfig.__post_init__).
  text_config_dict: z.looseObject({}).nullish(),
  vision_config_dict: z.looseObject({}).nullish(),
});

/**
 * Reads `<dir>/config.json`. Fails with `CHECKPOINT_FILE_MISSING`, `CHECKPOINT_ARCHITECTURE_UNKNOWN` or
 * `CHECKPOINT_CONFIG_INVALID`, naming the field, what it must be and what it is.
 */
export async function readConfig(dir: string): Promise<XClipConfig> {
  const path = join(dir, 'config.json');
  const text = await readText(path, MAX_CONFIG_BYTES, 'CHECKPOINT_CONFIG_INVALID');
  return parseConfig(parseJson(text, path, 'CHECKPOINT_CONFIG_INVALID'));
}

/** The sizes of the model from the parsed config.json. */
export function parseConfig(json: unknown): XClipConfig {
  const outer = validate(outerSchema, json, 'config.json', 'CHECKPOINT_CONFIG_INVALID');
  if (outer.model_type !== 'xclip') {
    const found = outer.model_type === undefined ? 'nothing' : `"${printable(outer.model_type, 80)}"`;
    throw new ActionwireError(
      'CHECKPOINT_ARCHITECTURE_UNKNOWN',
      `config.json: model_type: expected "xclip", found ${found}.`,
    );
  }
  const flat = {
    ...outer,
    text: outer.text_config_dict ?? outer.text_config ?? {},
    vision: outer.vision_config_dict ?? outer.vision_config ?? {},
  };
  const config = rename(validate(configSchema, flat, 'config.json', 'CHECKPOINT_CONFIG_INVALID'));
  checkSizes(config);
  return config;
}

function rename({ text, vision, ...outer }: RawConfig): XClipConfig {
  return {
    text: {
      ...transformer(text),
      vocabularySize: text.vocab_size,
      positions: text.max_position_embeddings,
      layerNormEps: text.layer_norm_eps,
      activation: text.hidden_act,
    },
    vision: {
      ...transformer(vision),
      imageSize: vision.image_size,
      patchSize: vision.patch_size,
      frames: vision.num_frames,
      layerNormEps: vision.layer_norm_eps,
      activation: vision.hidden_act,
    },
    mit: {
      hiddenSize: vision.mit_hidden_size,
      intermediateSize: vision.mit_intermediate_size,
      layers: vision.mit_num_hidden_layers,
      heads: vision.mit_num_attention_heads,
    },
    projectionSize: outer.projection_dim,
    prompts: {
      layers: outer.prompt_layers,
      heads: outer.prompt_num_attention_heads,
      activation: outer.prompt_hidden_act,
    },
  };
}

function transformer(raw: RawConfig['text'] | RawConfig['vision']): TransformerConfig {
  return {
    hiddenSize: raw.hidden_size,
    intermediateSize: raw.intermediate_size,
    layers: raw.num_hidden_layers,
    heads: raw.num_attention_heads,
  };
}

/** The sizes that must fit one another. */
function checkSizes({ text, vision, mit, projectionSize, prompts }: XClipConfig): void {
  mustDivide('text_config.hidden_size', text.hiddenSize, 'text_config.num_attention_heads', text.heads);
  mustDivide('vision_config.hidden_size', vision.hiddenSize, 'vision_config.num_attention_heads', vision.heads);
  mustDivide('vision_config.mit_hidden_size', mit.hiddenSize, 'vision_config.mit_num_attention_heads', mit.heads);
  mustDivide('projection_dim', projectionSize, 'prompt_num_attention_heads', prompts.heads);
  mustDivide('vision_config.image_size', vision.imageSize, 'vision_config.patch_size', vision.patchSize);
  if (mit.hiddenSize !== projectionSize) {
    const sizes = `vision_config.mit_hidden_size (${mit.hiddenSize}) must equal projection_dim (${projectionSize})`;
    throw new ActionwireError('CHECKPOINT_CONFIG_INVALID', `config.json: ${sizes}.`);
  }
}

function mustDivide(whole: string, size: number, part: string, count: number): void {
  if (size % count === 0) return;
  throw new ActionwireError(
    'CHECKPOINT_CONFIG_INVALID',
    `config.json: ${whole} (${size}) must be a multiple of ${part} (${count}).`,
  );
}
