/** `actionwire eval` as a user runs it. */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/evaluate/index.js';
import { writeTinyModel, type TinyModel } from '../infer/support/tiny-model.js';
import { realClip } from '../support/clips.js';
import { runCli, startCli, type Finished } from '../support/cli.js';
import { demoClip } from '../support/demo.js';
import { makeNumberedClip } from '../support/numbered-clip.js';

let folder: string;
let model: TinyModel;
const at = (path: string): string => join(folder, path);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'actionwire-eval-'));
  model = await writeTinyModel();
  for (const label of ['walking', 'waving']) await mkdir(at(`videos/${label}`), { recursive: true });
  await makeNumberedClip(at('videos/walking/1.mp4'), { pictures: 12, size: '64x48' });
  await makeNumberedClip(at('videos/walking/2.mp4'), { pictures: 3, size: '64x48' });
  await makeNumberedClip(at('videos/waving/3.mp4'), { pictures: 20, size: '48x64' });
  await writeFile(at('videos/waving/4.mp4'), 'no video');
});
afterAll(async () => {
  await model.remove();
  await rm(folder, { recursive: true, force: true });
});

const evaluate = (args: readonly string[], dir = model.dir): Promise<Finished> =>
  runCli(['eval', ...args, '--model', dir, '--provider', 'cpu'], { ACTIONWIRE_CACHE_DIR: model.cacheDir });

const reportOf = ({ stdout }: Finished): Report => JSON.parse(stdout) as Report;

// Every test starts the whole program several times.
describe('eval', { timeout: 120_000 }, () => {
  it('prints figures, names the clip that cannot be read, and draws the confusion matrix', async () => {
    const { code, stdout, stderr } = await evaluate([at('videos'), '--confusion', at('c.svg'), '--crops', '3']);
    expect(stdout).toMatch(/^tiny on .*videos \(folders\), protocol videox: 4 frames, 1 clip x 3 crops, 3 labels\n/);
    expect(stdout).toContain('3 of 4 clips evaluated; 1 could not be read\n');
    expect(stdout).toMatch(/unreadable: waving\/4\.mp4: .* \[SOURCE_CORRUPT\]/);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(await readFile(at('c.svg'), 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
  });

  it('says the same as JSON, and the same again', async () => {
    const args = [at('videos'), '--json', '--clips', '3', '--seed', '4'];
    const [first, second] = [await evaluate(args), await evaluate(args)];
    expect(reportOf(first)).toMatchObject({ model: 'tiny', listed: 4, evaluated: 3, labels: 3, remaining: 0, top5: 1 });
    expect(reportOf(first).protocol).toMatchObject({ name: 'videox', frames: 4, clips: 3, crops: 1, seed: 4 });
    expect(second.stdout).toBe(first.stdout);
  });

  it('translates labels, and chooses from the data set’s own on request', async () => {
    await writeFile(at('list.txt'), 'videos/walking/1.mp4 stroll\nvideos/waving/3.mp4 hello\n');
    const unknown = await evaluate([at('list.txt')]);
    expect(unknown.stderr).toMatch(/"stroll", "hello".*--labels dataset.*\[EVALUATION_LABEL_UNKNOWN\]\n$/);
    expect(unknown.code).toBe(1);
    await writeFile(at('map.json'), '{"stroll": "walking", "hello": "waving"}');
    const mapped = reportOf(await evaluate([at('list.txt'), '--map', at('map.json'), '--json']));
    expect(mapped.perClass.map(({ label }) => label)).toEqual(['walking', 'waving']);
    const own = reportOf(
      await evaluate([at('list.txt'), '--labels', 'dataset', '--json', '--protocol', 'huggingface']),
    );
    expect(own).toMatchObject({ labels: 2, evaluated: 2 });
  });

  it('goes on from its file of finished clips, also after Ctrl-C', async () => {
    const results = at('r.jsonl');
    await mkdir(at('many'));
    const names = Array.from({ length: 12 }, (_, i) => `${i}.mp4`);
    for (const name of names) await copyFile(at('videos/walking/1.mp4'), at(`many/${name}`));
    await writeFile(at('many.txt'), names.map((name) => `many/${name} walking`).join('\n'));
    const args = ['eval', at('many.txt'), '--model', model.dir, '--provider', 'cpu', '--resume', results, '--json'];
    const env = { ACTIONWIRE_CACHE_DIR: model.cacheDir };
    const run = startCli(args, env);
    await expect.poll(() => finishedIn(results), { timeout: 60_000, interval: 20 }).toBeGreaterThan(1);
    run.child.kill('SIGINT');
    const stopped = await run.finished;
    const done = await finishedIn(results);
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain(`goes on from ${results}`);
    expect(reportOf(stopped)).toMatchObject({ evaluated: done, remaining: 12 - done });
    expect(done).toBeLessThan(12);

    // What is finished is not opened again.
    await rm(at('many/0.mp4'));
    const whole = reportOf(await runCli(args, env));
    expect(whole).toMatchObject({ evaluated: 12, remaining: 0, unreadable: [] });
    expect(await finishedIn(results)).toBe(12);

    const other = await runCli([...args, '--crops', '3'], env);
    expect(other.stderr).toMatch(/crops 1, now 3.*\[EVALUATION_RESULTS_INVALID\]/);
    expect(other.code).toBe(1);
  });

  it('does not go on with other prompts of a label', async () => {
    const withPrompt = (prompt: string): Promise<Finished> => {
      const labels = JSON.stringify([{ label: 'walking', prompts: [prompt] }, 'waving']);
      return writeFile(at('labels.json'), labels).then(() =>
        evaluate([at('videos'), '--labels', at('labels.json'), '--resume', at('prompts.jsonl')]),
      );
    };
    expect(await withPrompt('a person walks')).toMatchObject({ code: 0, stderr: '' });
    const other = await withPrompt('someone strolls');
    expect(other.stderr).toMatch(/other settings: prompts .*\[EVALUATION_RESULTS_INVALID\]/);
    expect(other.code).toBe(1);
  });

  it('fails when not one clip could be read', async () => {
    await writeFile(at('gone.txt'), 'a.mp4 walking\nb.mp4 waving\n');
    const { code, stdout, stderr } = await evaluate([at('gone.txt')]);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/none of 2 clips .* a\.mp4: .*\[SOURCE_NOT_FOUND\].*--root.*\[EVALUATION_NOTHING_READ\]/);
    expect(code).toBe(1);
  });

  it.each([
    [['--clips', '0'], 2, /--clips/],
    [['--crops', '2'], 2, /--crops/],
    [['--protocol', 'mine'], 2, /videox, huggingface/],
    [['--protocol', 'huggingface', '--crops', '3'], 2, /--crops 3/],
    [['--seed', '-1'], 2, /--seed/],
    [['--map', '/no/such.json'], 2, /--map/],
    [['--confusion', '/no/such/folder/c.svg'], 1, /\[EVALUATION_OUTPUT_UNWRITABLE\]/],
    [['--root', '/elsewhere', '--format', 'ucf101'], 1, /\[EVALUATION_LIST_INVALID\]/],
  ] as const)('misuse %j', async (args, expected, message) => {
    const { code, stdout, stderr } = await evaluate([at('videos'), ...args]);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(code).toBe(expected);
  });
});

describe('with the bundled model', { timeout: 180_000 }, () => {
  const bundled = 'models/xclip-mini';

  it('evaluates a list of rendered clips', async () => {
    await writeFile(at('demo.txt'), `${resolve(demoClip)}\twaving\n`);
    const report = reportOf(await evaluate([at('demo.txt'), '--json', '--clips', '2'], bundled));
    expect(report).toMatchObject({ model: 'xclip-mini', labels: 18, evaluated: 1 });
    expect(report.protocol).toMatchObject({ frames: 32, shortestEdge: 128, cropWidth: 112 });
  });

  const utInteraction = realClip('ut_interaction');
  it.skipIf(utInteraction === undefined)(
    'gives figures of the right shape for UT-Interaction',
    async () => {
      const classes = ['handshake', 'hug', 'kick', 'none', 'point', 'punch', 'push'];
      const report = reportOf(await evaluate([utInteraction!, '--labels', 'dataset', '--json'], bundled));
      expect(report.perClass.map(({ label }) => label)).toEqual(classes);
      expect(report.evaluated + report.unreadable.length).toBe(report.listed);
      expect(report.unreadable).toEqual([]);
      const counts = report.confusion.counts.flat().reduce((sum, count) => sum + count, 0);
      expect(counts).toBe(report.evaluated);
      expect(report.top5).toBeGreaterThanOrEqual(report.top1);
      // It was not trained for any of these, but is no worse than guessing among seven.
      expect(report.top1).toBeGreaterThan(1 / 7);
    },
    180_000,
  );
});

/** Finished clips in a results file; its first line holds the settings. */
async function finishedIn(path: string): Promise<number> {
  return existsSync(path) ? (await readFile(path, 'utf8')).split('\n').length - 2 : 0;
}
