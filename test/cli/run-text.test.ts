/** What a run compares windows with: prompt templates and taught clips, through the command line. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serverMessage } from '../../src/ws/index.js';
import { tinyLabels, writeTinyModel, type TinyModel } from '../infer/support/tiny-model.js';
import { runCli, type Finished } from '../support/cli.js';
import { makeNumberedClip } from '../support/numbered-clip.js';

let folder: string;
let clip: string;
let model: TinyModel;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'actionwire-text-'));
  model = await writeTinyModel();
  clip = await makeNumberedClip(join(folder, 'clip.mp4'), { pictures: 50, size: '64x48' });
});
afterAll(async () => {
  await model.remove();
  await rm(folder, { recursive: true, force: true });
});

const program = (...args: readonly string[]): Promise<Finished> =>
  runCli([...args, '--model', model.dir, '--provider', 'cpu'], { ACTIONWIRE_CACHE_DIR: model.cacheDir });

/** The probabilities of every window of the clip. */
async function scoresOf(...args: readonly string[]): Promise<number[][]> {
  const { code, stdout, stderr } = await program('run', clip, '--json', '--scores', ...args);
  expect(code, stderr).toBe(0);
  const messages = stdout
    .trimEnd()
    .split('\n')
    .map((line) => serverMessage.parse(JSON.parse(line)));
  return messages.flatMap((message) => (message.type === 'scores' ? [[...message.values]] : []));
}

// Every test starts the whole program several times.
describe('run', { timeout: 120_000 }, () => {
  it('puts the labels into every --template, as if their prompts were written out', async () => {
    const templated = await scoresOf('--replay', '--template', 'a person {}', '--template', '{} again');
    const labels = tinyLabels.map((label) => ({ label, prompts: [`a person ${label}`, `${label} again`] }));
    await writeFile(join(folder, 'labels.json'), JSON.stringify(labels));
    expect(templated.length).toBeGreaterThan(1);
    expect(templated).toEqual(await scoresOf('--replay', '--labels', join(folder, 'labels.json')));
    expect(templated).not.toEqual(await scoresOf('--replay'));
  });

  it('recognises in a live stream what was taught', async () => {
    const taught = join(folder, 'greetings.json');
    const teaching = await program('model', 'teach', 'greetings', '--class', `greeting=${clip}`, '--out', taught);
    expect(teaching).toMatchObject({ code: 0, stderr: '' });
    const scores = await scoresOf('--taught', taught, '--no-server');
    expect(scores.length).toBeGreaterThan(0);
    for (const values of scores) expect(values.indexOf(Math.max(...values))).toBe(tinyLabels.length);
  });
});
