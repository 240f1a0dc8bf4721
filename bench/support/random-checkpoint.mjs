/** A checkpoint of the size of base-patch16 with 32 frames, with weights from a seed; the text tower is cut, because it runs once and not with a window. */
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../dist/checkpoint/config.js';
import { expectedTensors } from '../../dist/checkpoint/expected-tensors.js';

const PART = 1 << 20;

const configOf = (/** @type {number} */ layers) => ({
  model_type: 'xclip',
  text_config: {
    vocab_size: 512,
    hidden_size: 512,
    intermediate_size: 2048,
    num_hidden_layers: 1,
    num_attention_heads: 8,
    max_position_embeddings: 77,
  },
  vision_config: {
    hidden_size: 768,
    intermediate_size: 3072,
    num_hidden_layers: layers,
    num_attention_heads: 12,
    mit_hidden_size: 512,
    mit_intermediate_size: 2048,
    mit_num_hidden_layers: 1,
    mit_num_attention_heads: 8,
    image_size: 224,
    patch_size: 16,
    num_frames: 32,
  },
  projection_dim: 512,
  prompt_layers: 2,
  prompt_num_attention_heads: 8,
});

const preprocessor = {
  size: { shortest_edge: 224 },
  crop_size: { height: 224, width: 224 },
  image_mean: [0.485, 0.456, 0.406],
  image_std: [0.229, 0.224, 0.225],
};

/** A temporary folder with config.json, preprocessor_config.json and model.safetensors; `layers` of the vision tower, 12 as published. @returns {Promise<{dir: string, remove: () => Promise<void>}>} */
export async function writeRandomCheckpoint(layers = 12) {
  const config = configOf(layers);
  const dir = await mkdtemp(join(tmpdir(), 'actionwire-bench-'));
  await writeFile(join(dir, 'config.json'), JSON.stringify({ architectures: ['XCLIPModel'], ...config }));
  await writeFile(join(dir, 'preprocessor_config.json'), JSON.stringify(preprocessor));
  await writeWeights(join(dir, 'model.safetensors'), config);
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

async function writeWeights(/** @type {string} */ path, /** @type {ReturnType<typeof configOf>} */ config) {
  const tensors = [...expectedTensors(parseConfig(config))];
  const file = await open(path, 'w');
  try {
    await file.write(headerOf(tensors));
    for (const [name, shape] of tensors) {
      const count = sizeOf(shape);
      for (let start = 0; start < count; start += PART)
        await file.write(part(name, shape, start, Math.min(PART, count - start)));
    }
  } finally {
    await file.close();
  }
}

function headerOf(/** @type {[string, number[]][]} */ tensors) {
  let end = 0;
  const entries = tensors.map(([name, shape]) => {
    const start = end;
    end += 4 * sizeOf(shape);
    return [name, { dtype: 'F32', shape, data_offsets: [start, end] }];
  });
  const json = JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) });
  const text = json.padEnd(Math.ceil(json.length / 8) * 8);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, Buffer.from(text)]);
}

/** Uniform numbers that keep the size of what goes through them: norms near 1, matrices with the spread of `1 / inputs`. */
function part(name, shape, start, count) {
  const matrix = shape.length > 1;
  const centre = name === 'logit_scale' ? 2.6592 : !matrix && name.endsWith('.weight') ? 1 : 0;
  const inputs = name === 'prompts_visual_projection' ? shape[0] : sizeOf(shape.slice(1));
  const embedding = name.includes('position_embedding') || name.includes('token_embedding');
  const spread = name === 'logit_scale' ? 0 : !matrix ? 0.1 : embedding ? 0.1 : Math.sqrt(3 / inputs);
  const seed = [...name].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193), 0x811c9dc5);
  const numbers = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    let word = (seed + start + index) | 0;
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0xd35a2d97);
    numbers[index] = centre + spread * (((word ^ (word >>> 15)) >>> 8) * 2 ** -23 - 1);
  }
  return new Uint8Array(numbers.buffer);
}

function sizeOf(/** @type {readonly number[]} */ shape) {
  return shape.reduce((product, size) => product * size, 1);
}
