import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryFor, readTaught, withTaughtLabels, writeTaught, type Taught } from '../../../src/infer/taught/index.js';

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'actionwire-taught-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const clip = (digit: string, ...view: number[]): Taught['classes'][number]['clips'][number] => ({
  name: `${digit}.mp4`,
  sha256: digit.repeat(64),
  views: [Float32Array.from(view)],
});
const taught: Taught = {
  format: 'actionwire-taught',
  version: 1,
  name: 'greetings',
  model: { name: 'tiny', weights: 'a'.repeat(64), projection: 2 },
  alpha: 10,
  beta: 5.5,
  classes: [
    { label: 'hug', clips: [clip('1', 3, 4)] },
    { label: 'waving', clips: [clip('2', 0, 2), clip('3', 5, 0)] },
  ],
};

describe('a file of taught clips', () => {
  it('comes back as it was written, and leaves no half file behind', async () => {
    await writeTaught(at('a.json'), taught);
    expect(await readTaught(at('a.json'))).toEqual(taught);
    expect(await readdir(folder)).toEqual(['a.json']);
  });

  it.each([
    ['no JSON', '{', /is not JSON/],
    ['another format', JSON.stringify({ format: 'x' }), /format/],
    ['embeddings of two sizes', change({ projection: 3 }), /2 numbers instead of 3/],
    ['an unknown field', JSON.stringify({ ...JSON.parse(change({})), more: 1 }), /more/],
    ['a label twice', change({}).replace('"waving"', '"hug"'), /appears twice/],
    ['no direction', change({}).replace(base64(3, 4), base64(0, 0)), /not an embedding/],
    ['no number', change({}).replace(base64(3, 4), base64(Number.NaN, 1)), /not an embedding/],
  ])('is refused with %s', async (_, text, message) => {
    await writeFile(at('bad.json'), text);
    await expect(readTaught(at('bad.json'))).rejects.toMatchObject({
      code: 'TAUGHT_INVALID',
      message: expect.stringMatching(message) as string,
    });
  });

  it('that is not there or cannot be written has its code', async () => {
    await expect(readTaught(at('none.json'))).rejects.toMatchObject({ code: 'TAUGHT_INVALID' });
    await expect(writeTaught(at('no/such/folder.json'), taught)).rejects.toMatchObject({ code: 'TAUGHT_UNWRITABLE' });
  });
});

describe('the memory of a label set', () => {
  it('adds taught labels behind the others, and holds unit examples by the numbers of the labels', () => {
    const labels = withTaughtLabels(['waving', 'walking'], taught);
    expect(labels).toEqual(['waving', 'walking', 'hug']);
    const memory = memoryFor(['waving', 'walking', 'hug'], taught);
    expect([...(memory?.labels ?? [])]).toEqual([2, 0, 0]);
    expect([...(memory?.keys ?? [])].map((value) => Math.round(10 * value))).toEqual([6, 8, 0, 10, 10, 0]);
  });

  it('is nothing where no label of the set was taught', () => {
    expect(memoryFor(['walking'], taught)).toBeUndefined();
    expect(memoryFor(['hug'], undefined)).toBeUndefined();
  });
});

function base64(...values: number[]): string {
  return Buffer.from(Float32Array.from(values).buffer).toString('base64');
}

/** The file's text with another model entry. */
function change(model: object): string {
  return JSON.stringify({ ...taught, model: { ...taught.model, ...model } }, (_, value: unknown) =>
    value instanceof Float32Array ? base64(...value) : value,
  );
}
