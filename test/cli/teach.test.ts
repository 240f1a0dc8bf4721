/** `actionwire model teach` as a user runs it, and its file in `eval`. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/evaluate/index.js';
import type { Taught } from '../../src/infer/taught/index.js';
import { writeTinyModel, type TinyModel } from '../infer/support/tiny-model.js';
import { runCli, type Finished } from '../support/cli.js';
import { makeNumberedClip } from '../support/numbered-clip.js';

let folder: string;
let model: TinyModel;
const at = (path: string): string => join(folder, path);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'actionwire-teach-'));
  model = await writeTinyModel();
  for (const label of ['hug', 'waving']) await mkdir(at(`clips/${label}`), { recursive: true });
  await makeNumberedClip(at('clips/hug/1.mp4'), { pictures: 12, size: '64x48' });
  await makeNumberedClip(at('clips/waving/2.mp4'), { pictures: 20, size: '48x64' });
});
afterAll(async () => {
  await model.remove();
  await rm(folder, { recursive: true, force: true });
});

const run = (...args: readonly string[]): Promise<Finished> =>
  runCli([...args, '--model', model.dir, '--provider', 'cpu'], { ACTIONWIRE_CACHE_DIR: model.cacheDir });
const contents = async (name: string): Promise<Taught> => JSON.parse(await readFile(at(name), 'utf8')) as Taught;

// Every test starts the whole program several times.
describe('model teach', { timeout: 120_000 }, () => {
  it('writes a file that recognises its own clips, and adds to it', async () => {
    const first = await run('model', 'teach', 'g', at('clips'), '--out', at('g.json'), '--views', '2');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(/alpha 10, beta 5\.5\n {2}hug: 1 clip\n {2}waving: 1 clip\nOne clip a label/);
    const report = JSON.parse((await run('eval', at('clips'), '--taught', at('g.json'), '--json')).stdout) as Report;
    expect(report).toMatchObject({ labels: 4, evaluated: 2 });
    const twice = [
      '--add',
      at('g.json'),
      '--class',
      `hug=${at('clips/hug/1.mp4')}`,
      '--class',
      `spin=${at('clips/waving/2.mp4')}`,
    ];
    expect((await run('model', 'teach', 'g', ...twice, '--out', at('g2.json'))).code).toBe(0);
    const { classes } = await contents('g2.json');
    expect(classes.map(({ label, clips }) => `${label} ${clips.length}`)).toEqual(['hug 1', 'spin 1']);
  });

  it('tells the clips from labels with the prompts that a JSON file gives them', async () => {
    for (const [i, label] of ['hug', 'hug', 'waving', 'waving'].entries()) {
      await mkdir(at(`pairs/${label}`), { recursive: true });
      await makeNumberedClip(at(`pairs/${label}/${i}.mp4`), { pictures: 10 + 30 * i, size: i < 2 ? '64x48' : '48x64' });
    }
    const teachWith = async (labels: readonly object[]): Promise<string> => {
      await writeFile(at('labels.json'), JSON.stringify(labels));
      const args = ['--labels', at('labels.json'), '--out', at('pairs.json')];
      return (await run('model', 'teach', 'pairs', at('pairs'), ...args)).stdout;
    };
    const plain = await teachWith([{ label: 'hug' }, { label: 'waving' }]);
    expect(plain).toMatch(/by their label's text alone/);
    const swapped = [
      { label: 'hug', prompts: ['waving'] },
      { label: 'waving', prompts: ['hug'] },
    ];
    expect(await teachWith(swapped)).not.toBe(plain);
  });

  it.each([
    ['no clips', [], /no clips were named.*\[TEACH_CLIPS_INVALID\]/],
    ['a class without clips', ['--class', 'hug'], /is not "label=clip,clip".*\[TEACH_CLIPS_INVALID\]/],
    ['a clip that is not there', ['--class', 'hug=none.mp4'], /none\.mp4: .*\[SOURCE_\w+\].*\[TEACH_CLIPS_INVALID\]/],
  ])('refuses %s and writes nothing', async (_, args, message) => {
    const { code, stderr } = await run('model', 'teach', 'x', ...args, '--out', at('x.json'));
    expect(stderr).toMatch(message);
    expect(code).toBe(1);
    await expect(readFile(at('x.json'))).rejects.toThrow();
  });
});
