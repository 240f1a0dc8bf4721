/** preprocessor_config.json in the forms that published checkpoints have, and what is refused. */
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parsePreparation, readPreparation } from '../../src/checkpoint/preparation.js';
import { rejects } from './support/rejects.js';
import { useTemporaryFolder } from './support/temporary-folder.js';

const path = useTemporaryFolder();
const colours = { image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] };
const parse = (json: unknown): Promise<unknown> =>
  Promise.resolve().then(() => parsePreparation(json, 224, 'preprocessor_config.json'));

describe('preprocessor_config.json', () => {
  it('is read in the older form, with numbers for sizes', () => {
    const json = {
      crop_size: 224,
      do_center_crop: true,
      do_normalize: true,
      do_resize: true,
      resample: 2,
      size: 256,
      ...colours,
    };
    expect(parsePreparation(json, 224, 'preprocessor_config.json')).toEqual({
      shortestEdge: 256,
      cropWidth: 224,
      cropHeight: 224,
      resample: 'bilinear',
      rescaleFactor: 1 / 255,
      mean: colours.image_mean,
      std: colours.image_std,
    });
  });

  it('is read in the newer form', () => {
    const json = {
      crop_size: { height: 224, width: 224 },
      size: { shortest_edge: 224 },
      resample: 3,
      rescale_factor: 0.5,
      ...colours,
    };
    expect(parsePreparation(json, 224, 'x')).toMatchObject({
      shortestEdge: 224,
      resample: 'bicubic',
      rescaleFactor: 0.5,
    });
  });

  it('may switch rescaling and normalisation off', () => {
    const json = { do_rescale: false, do_normalize: false };
    expect(parsePreparation(json, 224, 'x')).toMatchObject({ rescaleFactor: 1, mean: [0, 0, 0], std: [1, 1, 1] });
  });

  it('may be a part of processor_config.json', async () => {
    await writeFile(path('processor_config.json'), JSON.stringify({ image_processor: { resample: 3, ...colours } }));
    expect(await readPreparation(path(), 224)).toMatchObject({ resample: 'bicubic' });
  });

  it('may be missing, which is said', () =>
    rejects(readPreparation(path(), 224), 'CHECKPOINT_FILE_MISSING', /preprocessor_config\.json/));

  it.each([
    [
      'a crop of another size than the model',
      { crop_size: 112, ...colours },
      /crop_size is 112x112, but .*image_size is 224/,
    ],
    ['a picture smaller than the crop', { size: 200, ...colours }, /size \(200\) is below crop_size \(224\)/],
    [
      'a squashing resize',
      { size: { height: 224, width: 224 }, ...colours },
      /size: expected a number or \{"shortest_edge"/,
    ],
    ['no centre crop', { do_center_crop: false, ...colours }, /do_center_crop: .*\(found false\)/],
    [
      'an unsupported filter',
      { resample: 1, ...colours },
      /resample: expected 2 \(bilinear\) or 3 \(bicubic\) \(found 1\)/,
    ],
    ['no mean', { image_std: [1, 1, 1] }, /image_mean is missing/],
    ['no standard deviation', { image_mean: [0, 0, 0] }, /image_std is missing/],
    ['a standard deviation of zero', { ...colours, image_std: [0, 1, 1] }, /image_std\.0: .*\(found 0\)/],
    ['four channels', { ...colours, image_mean: [0, 0, 0, 0] }, /image_mean: .*3/],
    ['nothing at all', null, /expected object/],
  ])('is refused with %s', (_, json, message) => rejects(parse(json), 'CHECKPOINT_CONFIG_INVALID', message));
});
