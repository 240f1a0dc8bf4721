import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { precisions } from '../../src/core/model-info.js';
import { graphFolder } from '../../src/infer/graph-cache.js';

let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'actionwire-cache-'));
  file = join(dir, 'weights');
  await writeFile(file, 'one');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('graphFolder', () => {
  it('is the same for the same files, in any order and from several starts at once', async () => {
    const other = join(dir, 'config');
    await writeFile(other, '{}');
    const folders = await Promise.all(
      [
        [file, other],
        [other, file],
        [file, other],
      ].map((files) => graphFolder(dir, files)),
    );
    expect(new Set(folders).size).toBe(1);
  });

  it('is another one when a file changes in size or time', async () => {
    const first = await graphFolder(dir, [file]);
    await writeFile(file, 'longer');
    const second = await graphFolder(dir, [file]);
    await utimes(file, new Date(0), new Date(0));
    const third = await graphFolder(dir, [file]);
    expect(new Set([first, second, third]).size).toBe(3);
  });

  it('is another one for every precision, and for none the one of fp32', async () => {
    const folders = await Promise.all(precisions.map((precision) => graphFolder(dir, [file], precision)));
    expect(new Set(folders).size).toBe(3);
    expect(await graphFolder(dir, [file])).toBe(folders[0]);
  });

  it('deletes what nobody used for 30 days and keeps the rest', async () => {
    const old = join(dir, 'graphs', 'old');
    const recent = join(dir, 'graphs', 'recent');
    await Promise.all([old, recent].map((path) => mkdir(path, { recursive: true })));
    const day = 24 * 3_600_000;
    await utimes(old, new Date(), new Date(Date.now() - 31 * day));
    await utimes(recent, new Date(), new Date(Date.now() - 29 * day));
    const used = await graphFolder(dir, [file]);
    expect((await readdir(join(dir, 'graphs'))).sort()).toEqual([used.split(/[\\/]/).at(-1), 'recent'].sort());
  });

  it('says so when the cache cannot be written', async () => {
    await expect(graphFolder(file, [file])).rejects.toMatchObject({ code: 'MODEL_CACHE_UNWRITABLE' });
  });
});
