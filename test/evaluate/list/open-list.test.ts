/** Every kind of list as it lies on a disk. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openList } from '../../../src/evaluate/index.js';

let folder: string;
const at = (path: string): string => join(folder, path);

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), text);
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'actionwire-lists-'));
  await write({
    'plain/list.txt': 'x/a.mp4 hug\n/abs/b.mp4 kick\nc.mp4 hug\n',
    'plain/twice.txt': 'a.mp4 hug\na.mp4 kick\n',
    'plain/empty.txt': '# nothing\n',
    'ucf/classInd.txt': '1 Archery\n2 Diving\n3 Typing\n',
    'ucf/testlist01.txt': 'Diving/v_1.avi\nArchery/v_2.avi\n',
    'hmdb/brush_hair_test_split1.txt': 'a.avi 2\nb.avi 1\n',
    'hmdb/brush_hair_test_split2.txt': 'b.avi 2\n',
    'hmdb/wave_test_split1.txt': 'c.avi 2\nd.avi 0\n',
    'hmdb/wave_test_split2.txt': 'd.avi 2\n',
    'classes/wave/2.mp4': '',
    'classes/wave/10.MKV': '',
    'classes/wave/notes.txt': '',
    'classes/hug/1.avi': '',
    'classes/hug/deeper/9.avi': '',
    'classes/nothing/readme.txt': '',
    'classes/stray.mp4': '',
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const pairs = (entries: readonly { path: string; label: string }[]) => entries.map(({ path, label }) => [path, label]);

describe('openList', () => {
  it('reads path label lines; paths begin at the list or at the root', async () => {
    const list = await openList(at('plain/list.txt'));
    expect(list).toMatchObject({ format: 'list', classes: ['hug', 'kick'] });
    expect(list.entries.map(({ file }) => file)).toEqual([at('plain/x/a.mp4'), '/abs/b.mp4', at('plain/c.mp4')]);
    const [first] = (await openList(at('plain/list.txt'), { root: '/videos' })).entries;
    expect(first).toEqual({ path: 'x/a.mp4', label: 'hug', file: '/videos/x/a.mp4' });
  });

  it('knows UCF101 by classInd.txt beside the list; all its classes count', async () => {
    const list = await openList(at('ucf/testlist01.txt'));
    expect(list).toMatchObject({ format: 'ucf101', classes: ['Archery', 'Diving', 'Typing'] });
    expect(pairs(list.entries)).toEqual([
      ['Diving/v_1.avi', 'Diving'],
      ['Archery/v_2.avi', 'Archery'],
    ]);
  });

  it('knows HMDB51 by its folder or one of its files', async () => {
    const all = await openList(at('hmdb'));
    expect(all).toMatchObject({ format: 'hmdb51', classes: ['brush hair', 'wave'] });
    expect(pairs(all.entries)).toEqual([
      ['brush_hair/a.avi', 'brush hair'],
      ['wave/c.avi', 'wave'],
    ]);
    expect(pairs((await openList(at('hmdb'), { split: 2 })).entries).map(([path]) => path)).toEqual([
      'brush_hair/b.avi',
      'wave/d.avi',
    ]);
    const one = await openList(at('hmdb/wave_test_split1.txt'));
    expect(one.classes).toEqual(['brush hair', 'wave']);
    expect(pairs(one.entries)).toEqual([['wave/c.avi', 'wave']]);
  });

  it('takes a folder for each class', async () => {
    const list = await openList(at('classes'));
    expect(list).toMatchObject({ format: 'folders', classes: ['hug', 'wave'] });
    expect(pairs(list.entries)).toEqual([
      ['hug/1.avi', 'hug'],
      ['wave/10.MKV', 'wave'],
      ['wave/2.mp4', 'wave'],
    ]);
  });

  it.each([
    ['missing.txt', {}, /cannot be read/],
    ['plain/twice.txt', {}, /a\.mp4 twice/],
    ['plain/empty.txt', {}, /names no clip/],
    ['plain', {}, /names no clip/],
    ['plain/list.txt', { format: 'folders' }, /no folder with a folder for each class/],
    ['plain/list.txt', { format: 'ucf101' }, /classInd\.txt cannot be read/],
    ['hmdb', { split: 3 }, /no files \.\.\._test_split3\.txt/],
  ] as const)('refuses %s with %j', async (path, options, message) => {
    await expect(openList(at(path), options)).rejects.toMatchObject({
      code: 'EVALUATION_LIST_INVALID',
      message: expect.stringMatching(message) as string,
    });
  });
});
