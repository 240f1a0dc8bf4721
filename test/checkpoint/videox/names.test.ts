/** The names of VideoX: what is stacked is cut, what stands the other way round is turned, nothing else changes. */
import { describe, expect, it } from 'vitest';
import type { StoredTensor } from '../../../src/checkpoint/stored-tensor.js';
import { isOriginal, renameOriginal } from '../../../src/checkpoint/videox/names.js';
import { rejects } from '../support/rejects.js';

const at = (shape: number[], more: Partial<StoredTensor> = {}): StoredTensor => ({
  file: '/x.pth',
  dtype: 'F32',
  shape,
  offset: 1000,
  length: shape.reduce((product, size) => product * size, 4),
  ...more,
});
const rename = (name: string, tensor: StoredTensor): [string, StoredTensor][] => [
  ...renameOriginal(new Map([[name, tensor]])),
];

describe('a checkpoint of VideoX', () => {
  it('is known by its first convolution', () => {
    expect(isOriginal(new Map([['visual.conv1.weight', at([8, 3, 2, 2])]]))).toBe(true);
    expect(isOriginal(new Map([['vision_model.embeddings.patch_embedding.weight', at([8, 3, 2, 2])]]))).toBe(false);
  });

  it.each([
    ['visual.transformer.resblocks.11.message_attn', 'vision_model.encoder.layers.11.message_attn'],
    ['visual.transformer.resblocks.0.attn', 'vision_model.encoder.layers.0.self_attn'],
    ['transformer.resblocks.3.attn', 'text_model.encoder.layers.3.self_attn'],
    ['mit.resblocks.0.attn', 'mit.encoder.layers.0.self_attn'],
  ])('holds query, key and value of %s one below the other', (from, to) => {
    expect(rename(`${from}.in_proj_weight`, at([6, 2]))).toEqual([
      [`${to}.q_proj.weight`, at([2, 2], { offset: 1000 })],
      [`${to}.k_proj.weight`, at([2, 2], { offset: 1016 })],
      [`${to}.v_proj.weight`, at([2, 2], { offset: 1032 })],
    ]);
    expect(rename(`${from}.in_proj_bias`, at([6]))).toEqual([
      [`${to}.q_proj.bias`, at([2], { offset: 1000 })],
      [`${to}.k_proj.bias`, at([2], { offset: 1008 })],
      [`${to}.v_proj.bias`, at([2], { offset: 1016 })],
    ]);
  });

  it.each([
    ['visual.proj', 'visual_projection.weight'],
    ['text_projection', 'text_projection.weight'],
  ])('holds %s the other way round', (from, to) => {
    expect(rename(from, at([3, 5]))).toEqual([[to, at([5, 3], { transposed: true })]]);
    expect(rename(from, at([3, 5], { transposed: true }))).toEqual([[to, at([5, 3])]]);
  });

  it.each([
    ['visual.transformer.resblocks.2.message_fc.weight', 'vision_model.encoder.layers.2.message_fc.weight'],
    ['visual.transformer.resblocks.2.message_ln.bias', 'vision_model.encoder.layers.2.message_ln.bias'],
    [
      'visual.transformer.resblocks.2.message_attn.out_proj.bias',
      'vision_model.encoder.layers.2.message_attn.out_proj.bias',
    ],
    ['transformer.resblocks.2.attn.out_proj.weight', 'text_model.encoder.layers.2.self_attn.out_proj.weight'],
    ['transformer.resblocks.2.mlp.c_proj.weight', 'text_model.encoder.layers.2.mlp.fc2.weight'],
    ['prompts_visual_proj', 'prompts_visual_projection'],
    ['prompts_generator.decoder.1.cross_attn.q_proj.weight', 'prompts_generator.decoder.1.cross_attn.q_proj.weight'],
    ['logit_scale', 'logit_scale'],
    ['something.else', 'something.else'],
  ])('calls %s what Hugging Face calls %s', (from, to) => {
    expect(rename(from, at([6, 6]))).toEqual([[to, at([6, 6])]]);
  });

  it.each([
    [at([7, 2]), /Tensor mit\.resblocks\.0\.attn\.in_proj_weight: .*stacked in rows, found \[7, 2\]/],
    [at([6, 2], { transposed: true }), /found \[6, 2\], transposed/],
    [at([]), /found \[\]/],
  ])('whose stack cannot be cut into three is refused', (tensor, message) =>
    rejects(
      Promise.resolve().then(() => rename('mit.resblocks.0.attn.in_proj_weight', tensor)),
      'CHECKPOINT_TENSOR_SHAPE',
      message,
    ),
  );
});
