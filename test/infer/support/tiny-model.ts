/** Writes a complete model folder of a few kilobytes, whose weights come from a fixed seed. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../../src/checkpoint/config.js';
import { expectedTensors } from '../../../src/checkpoint/expected-tensors.js';

export interface TinyModel {
  readonly dir: string;
  /** Generated graphs go here, so that no test touches the user's cache. */
  readonly cacheDir: string;
  remove(): Promise<void>;
}

export interface TinyOptions {
  /** Frames per window. */
  readonly frames?: number;
  /** Vision layers: more of them make a window slower. */
  readonly layers?: number;
  readonly imageSize?: number;
  readonly hiddenSize?: number;
  /** False: no manifest.json, as in a folder straight from Hugging Face. */
  readonly manifest?: Record<string, unknown> | false;
  /** Lines of labels.txt; false: no such file. */
  readonly labels?: readonly string[] | false;
}

export const tinyLabels = ['walking', 'waving', 'falling down'];

export async function writeTinyModel(options: TinyOptions = {}): Promise<TinyModel> {
  const dir = await mkdtemp(join(tmpdir(), 'actionwire-model-'));
  const { labels = tinyLabels, manifest = { name: 'tiny', fps: 10 }, imageSize = 32 } = options;
  const config = configOf(options);
  const write = (name: string, content: unknown): Promise<void> => writeFile(join(dir, name), JSON.stringify(content));
  await write('config.json', config);
  await write('preprocessor_config.json', preprocessorOf(imageSize));
  await write('vocab.json', vocabulary);
  await writeFile(join(dir, 'merges.txt'), '#version: 0.2\n');
  await writeFile(join(dir, 'model.safetensors'), weights(config));
  if (manifest !== false) await write('manifest.json', manifest);
  if (labels !== false) await writeFile(join(dir, 'labels.txt'), `${labels.join('\n')}\n`);
  return { dir, cacheDir: join(dir, 'cache'), remove: () => rm(dir, { recursive: true, force: true }) };
}

const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(97 + index));
const words = [...letters, ...letters.map((letter) => `${letter}</w>`), '<|startoftext|>', '<|endoftext|>'];
const vocabulary = Object.fromEntries(words.map((word, id) => [word, id]));

function preprocessorOf(edge: number): object {
  return { size: { shortest_edge: edge }, crop_size: edge, image_mean: [0.5, 0.4, 0.3], image_std: [0.5, 0.25, 0.2] };
}

function configOf({ frames = 4, layers = 2, imageSize = 32, hiddenSize = 32 }: TinyOptions): Record<string, unknown> {
  const text = { num_hidden_layers: 1, num_attention_heads: 2, max_position_embeddings: 20 };
  const mit = { mit_hidden_size: 32, mit_intermediate_size: 64, mit_num_hidden_layers: 1, mit_num_attention_heads: 2 };
  const vision = { num_hidden_layers: layers, num_attention_heads: 2, image_size: imageSize, patch_size: 16 };
  return {
    model_type: 'xclip',
    text_config: { vocab_size: words.length, hidden_size: 24, intermediate_size: 48, ...text },
    vision_config: {
      hidden_size: hiddenSize,
      intermediate_size: 2 * hiddenSize,
      num_frames: frames,
      ...vision,
      ...mit,
    },
    projection_dim: 32,
    prompt_layers: 1,
    prompt_num_attention_heads: 2,
  };
}

/** A safetensors file: the header's length, the header, float32 numbers. */
function weights(config: Record<string, unknown>): Buffer {
  const random = uniform(7);
  const header: Record<string, unknown> = {};
  const parts: Buffer[] = [];
  let end = 0;
  for (const [name, shape] of expectedTensors(parseConfig(config))) {
    const count = shape.reduce((product, size) => product * size, 1);
    const norm = shape.length === 1 && name.endsWith('.weight') ? 1 : 0;
    const centre = name === 'logit_scale' ? 2.6592 : norm;
    const spread = name === 'logit_scale' ? 0 : 0.3;
    const values = Float32Array.from({ length: count }, () => centre + spread * random());
    header[name] = { dtype: 'F32', shape, data_offsets: [end, (end += count * 4)] };
    parts.push(Buffer.from(values.buffer));
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, ...parts]);
}

/** Numbers in -1..1 (mulberry32). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}
