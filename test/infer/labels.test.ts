import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkLabels, maxLabels, resolveLabels } from '../../src/infer/labels.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'actionwire-labels-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const write = (name: string, text: string): Promise<void> => writeFile(join(dir, name), text);
const id2label = (names: Record<string, string>): Promise<void> =>
  write('config.json', JSON.stringify({ model_type: 'xclip', id2label: names }));

describe('resolveLabels', () => {
  it('prefers the option to labels.txt to id2label', async () => {
    await id2label({ 0: 'from config', 1: 'b' });
    expect(await resolveLabels(dir, undefined)).toEqual(['from config', 'b']);
    await write('labels.txt', 'from file\nb\n');
    expect(await resolveLabels(dir, undefined)).toEqual(['from file', 'b']);
    expect(await resolveLabels(dir, ['from option', 'b'])).toEqual(['from option', 'b']);
  });

  it('reads labels.txt with a byte-order mark, Windows line ends and remarks', async () => {
    await write('labels.txt', '\uFEFF# what people do\r\nwalking \r\nwaving\r\n');
    expect(await resolveLabels(dir, undefined)).toEqual(['walking', 'waving']);
  });

  it('takes id2label in the order of the ids, not of the file', async () => {
    await id2label({ 10: 'eleventh', 2: 'third', 0: 'first' });
    expect(await resolveLabels(dir, undefined)).toEqual(['first', 'third', 'eleventh']);
  });

  it('takes nothing from an id2label that names nothing', async () => {
    await id2label({ 0: 'LABEL_0', 1: 'LABEL_1' });
    await expect(resolveLabels(dir, undefined)).rejects.toMatchObject({
      code: 'MODEL_LABELS_INVALID',
      message: `${dir} has no labels.txt and no labels were given`,
    });
  });

  it.each([
    [{ id2label: { 0: 'walking', 1: 7 } }, 'id2label.1: '],
    [{ id2label: ['walking'] }, 'id2label: '],
    [[], 'the file: '],
  ])('refuses the config.json %j in one line that names the place', async (config, place) => {
    await write('config.json', JSON.stringify(config));
    const error: unknown = await resolveLabels(dir, undefined).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'MODEL_LABELS_INVALID' });
    expect((error as Error).message).toContain(`config.json: ${place}`);
    expect((error as Error).message).not.toContain('\n');
  });

  it('refuses a config.json that is not JSON', async () => {
    await write('config.json', '{');
    await expect(resolveLabels(dir, undefined)).rejects.toMatchObject({ code: 'MODEL_LABELS_INVALID' });
  });

  it('refuses a huge labels.txt without reading it', async () => {
    await write('labels.txt', 'walking');
    await truncate(join(dir, 'labels.txt'), 3e9);
    await expect(resolveLabels(dir, undefined)).rejects.toMatchObject({
      code: 'MODEL_LABELS_INVALID',
      message: `${join(dir, 'labels.txt')} has 3000000000 bytes; at most 1048576 are accepted.`,
    });
  });

  it('refuses an empty line in the middle of labels.txt', async () => {
    await write('labels.txt', 'walking\n\nwaving\n');
    await expect(resolveLabels(dir, undefined)).rejects.toThrow('label 2 is empty');
  });
});

describe('checkLabels', () => {
  it.each([
    [[], 'no labels'],
    [['a'], 'at least two'],
    [['a', ' '], 'label 2 is empty'],
    [['a', 'b', 'a '], '"a" appears twice'],
    [['x'.repeat(201)], 'longer than 200 characters'],
    [Array.from({ length: maxLabels + 1 }, (_, index) => `label ${index}`), `at most ${maxLabels}`],
  ])('refuses %#', (labels, problem) => {
    expect(() => checkLabels(labels, 'here')).toThrow(problem);
  });

  it('accepts the largest set', () => {
    const labels = Array.from({ length: maxLabels }, (_, index) => `label ${index}`);
    expect(checkLabels(labels, 'here')).toEqual(labels);
  });
});
