/** The sizes of the published VideoX checkpoints follow from the shapes of their tensors. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/checkpoint/config.js';
import { expectedTensors } from '../../../src/checkpoint/expected-tensors.js';
import type { StoredTensor } from '../../../src/checkpoint/stored-tensor.js';
import { sizesOf } from '../../../src/checkpoint/videox/sizes.js';
import { rejects } from '../support/rejects.js';

const stored = (config: object): Map<string, StoredTensor> =>
  new Map(
    [...expectedTensors(parseConfig(config))].map(([name, shape]) => [
      name,
      { file: '/x.pth', dtype: 'F32', shape, offset: 0, length: 0 },
    ]),
  );

const base = { model_type: 'xclip', vision_config: { patch_size: 16, num_frames: 32 } };
/** ViT-L/14 at 336 pixels. VideoX gives every transformer heads of 64, so 12 of 768 in the two small ones. */
const large = {
  model_type: 'xclip',
  projection_dim: 768,
  prompt_num_attention_heads: 12,
  text_config: { hidden_size: 768, intermediate_size: 3072, num_attention_heads: 12 },
  vision_config: {
    ...{ hidden_size: 1024, intermediate_size: 4096, num_attention_heads: 16, num_hidden_layers: 24 },
    ...{ mit_hidden_size: 768, mit_intermediate_size: 3072, mit_num_attention_heads: 12 },
    ...{ image_size: 336, patch_size: 14, num_frames: 16 },
  },
};

const sizes = (tensors: Map<string, StoredTensor>): Promise<unknown> => Promise.resolve().then(() => sizesOf(tensors));

describe('the sizes of a checkpoint of VideoX', () => {
  it.each([
    ['base, patch 16, 32 frames', base],
    ['large, patch 14, 336 pixels, 16 frames', large],
  ])('%s', async (_, config) => {
    expect(await sizes(stored(config))).toEqual(parseConfig(config));
  });

  it('need their tensors', async () => {
    const tensors = stored(base);
    tensors.delete('mit.position_embedding');
    await rejects(sizes(tensors), 'CHECKPOINT_TENSOR_MISSING', /mit\.position_embedding: its size is needed/);
  });

  it.each([
    ['text_model.final_layer_norm.weight', [500], /heads of 64 do not fit a width of 500/],
    ['vision_model.embeddings.position_embedding.weight', [200, 768], /the patches do not make a square/],
  ])('are refused where %s has a size that VideoX does not make', async (name, shape, message) => {
    const tensors = stored(base);
    tensors.set(name, { ...tensors.get(name)!, shape });
    await rejects(sizes(tensors), 'CHECKPOINT_CONFIG_INVALID', message);
  });
});
