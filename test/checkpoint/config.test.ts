/** config.json: the defaults of transformers, and a clear word for every value that cannot be right. */
import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseConfig, readConfig } from '../../src/checkpoint/config.js';
import { rejects } from './support/rejects.js';
import { useTemporaryFolder } from './support/temporary-folder.js';

const path = useTemporaryFolder();
const parse = (json: unknown): Promise<unknown> => Promise.resolve().then(() => parseConfig(json));

describe('config.json', () => {
  it('takes what it does not say from transformers', () => {
    const config = parseConfig({ model_type: 'xclip' });
    expect(config.vision).toMatchObject({
      hiddenSize: 768,
      layers: 12,
      heads: 12,
      imageSize: 224,
      patchSize: 32,
      frames: 8,
    });
    expect(config.text).toMatchObject({ hiddenSize: 512, layers: 12, heads: 8, vocabularySize: 49408, positions: 77 });
    expect(config.mit).toEqual({ hiddenSize: 512, intermediateSize: 2048, layers: 1, heads: 8 });
    expect(config.prompts).toEqual({ layers: 2, heads: 8, activation: 'quick_gelu' });
  });

  it('prefers the older text_config_dict where both are there', () => {
    const json = {
      model_type: 'xclip',
      text_config: { vocab_size: 5 },
      text_config_dict: { vocab_size: 7 },
      vision_config_dict: null,
    };
    expect(parseConfig(json).text.vocabularySize).toBe(7);
  });

  it('accepts a pair for square sizes', () => {
    const json = { model_type: 'xclip', vision_config: { image_size: [64, 64], patch_size: [16, 16] } };
    expect(parseConfig(json).vision).toMatchObject({ imageSize: 64, patchSize: 16 });
  });

  it.each([
    ['another architecture', { model_type: 'clip' }, /model_type: expected "xclip", found "clip"/],
    ['no architecture', {}, /model_type: expected "xclip", found nothing/],
  ])('refuses %s', (_, json, message) => rejects(parse(json), 'CHECKPOINT_ARCHITECTURE_UNKNOWN', message));

  const vision = (fields: object): object => ({ model_type: 'xclip', vision_config: fields });
  it.each([
    ['an absurd width', vision({ hidden_size: 1e9 }), /vision\.hidden_size: .*16384 \(found 1000000000\)/],
    ['a negative size', vision({ num_hidden_layers: -1 }), /vision\.num_hidden_layers: .*\(found -1\)/],
    ['a fraction', vision({ num_frames: 8.5 }), /vision\.num_frames: .*int.*\(found 8\.5\)/],
    ['a word for a number', vision({ image_size: 'large' }), /vision\.image_size: .*"large"/],
    ['an infinite epsilon', vision({ layer_norm_eps: Infinity }), /vision\.layer_norm_eps/],
    ['an oblong picture', vision({ image_size: [224, 320] }), /vision\.image_size: expected a square/],
    ['one colour', vision({ num_channels: 1 }), /vision\.num_channels: .*\(found 1\)/],
    ['an unknown activation', vision({ hidden_act: 'mish' }), /vision\.hidden_act: .*quick_gelu.*"mish"/],
    [
      'patches that do not fit',
      vision({ image_size: 224, patch_size: 15 }),
      /image_size \(224\) must be a multiple of .*patch_size \(15\)/,
    ],
    [
      'heads that do not divide',
      vision({ num_attention_heads: 7 }),
      /hidden_size \(768\) must be a multiple of .*heads \(7\)/,
    ],
    [
      'an integration of another width',
      vision({ mit_hidden_size: 256 }),
      /mit_hidden_size \(256\) must equal projection_dim \(512\)/,
    ],
    [
      'prompt heads that do not divide',
      { model_type: 'xclip', prompt_num_attention_heads: 5 },
      /projection_dim \(512\) .*\(5\)/,
    ],
    ['a list', [], /expected object/],
    ['null', null, /expected object/],
  ])('refuses %s', (_, json, message) => rejects(parse(json), 'CHECKPOINT_CONFIG_INVALID', message));

  it('says when the file is missing, a folder, too large or no JSON', async () => {
    await rejects(readConfig(path()), 'CHECKPOINT_FILE_MISSING', /config\.json cannot be read/);
    await rejects(readConfig(path('nowhere')), 'CHECKPOINT_FILE_MISSING', /nowhere.*cannot be read/);
    await mkdir(path('folder', 'config.json'), { recursive: true });
    await rejects(readConfig(path('folder')), 'CHECKPOINT_FILE_MISSING', /not a plain file/);
    await writeFile(path('config.json'), '{"model_type": "xclip",}');
    await rejects(readConfig(path()), 'CHECKPOINT_CONFIG_INVALID', /config\.json is not valid JSON/);
    await writeFile(path('config.json'), '['.repeat(1 << 20));
    await rejects(readConfig(path()), 'CHECKPOINT_CONFIG_INVALID', /config\.json is not valid JSON/);
    await writeFile(path('config.json'), ' '.repeat((1 << 20) + 1));
    await rejects(readConfig(path()), 'CHECKPOINT_CONFIG_INVALID', /has 1048577 bytes; at most 1048576/);
  });
});
