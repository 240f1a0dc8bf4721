/** `actionwire eval-events` as a user runs it: the bundled clip through the bundled model, and truths that will not do. */
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventReport } from '../../src/events/index.js';
import { runCli } from '../support/cli.js';
import { demoClip } from '../support/demo.js';

let folder: string;
let clip: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'actionwire-eval-events-'));
  clip = join(folder, 'clip.mp4');
  await copyFile(demoClip, clip);
});
afterAll(() => rm(folder, { recursive: true }));

it(
  'the bundled model recognises the bundled clip: F1 at an overlap of 0.5, and how late',
  { timeout: 120_000 },
  async () => {
    const { code, stdout } = await runCli(['eval-events', demoClip, '--json', '--min-f1', '0.9']);
    const { overall, labels, onset, announced } = JSON.parse(stdout) as EventReport;
    expect(code).toBe(0);
    expect(overall.map(({ minIou }) => minIou)).toEqual([0.3, 0.5, 0.7]);
    expect(overall[1]!.f1).toBeGreaterThanOrEqual(0.9);
    expect(labels.map(({ label }) => label)).not.toContain('nothing happening');
    // Half a window of 32 frames at 10 fps.
    expect(Math.abs(onset.medianMs!)).toBeLessThanOrEqual(1600);
    expect(announced.medianMs!).toBeGreaterThan(onset.medianMs!);
    expect(announced.medianMs!).toBeLessThan(3200);
  },
);

it('prints a table, and exits 1 below --min-f1', { timeout: 60_000 }, async () => {
  await writeFile(
    join(folder, 'clip.truth.json'),
    JSON.stringify({ segments: [{ label: 'flying', fromMs: 0, toMs: 70_000 }] }),
  );
  const { code, stdout } = await runCli(['eval-events', clip, '--fps', '2', '--stride', '20', '--min-f1', '0.1']);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^IoU >= 0\.5 +1 +\d+ +0 +0\.000 +0\.000 +0\.000$/m);
  expect(stdout).toMatch(/^flying +1 +0 +0 /m);
  expect(stdout).toContain('nothing matched');
});

it('measures nothing where nothing happens', { timeout: 60_000 }, async () => {
  const segments = [{ label: 'nothing happening', fromMs: 0, toMs: 70_000 }];
  await writeFile(join(folder, 'clip.truth.json'), JSON.stringify({ segments }));
  const { code, stderr } = await runCli(['eval-events', clip, '--fps', '2', '--stride', '20', '--min-f1', '0.1']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/nothing to measure.*\[TRUTH_INVALID\]/);
});

describe('a truth that will not do is told before anything is replayed', () => {
  it.each([
    ['is not there', undefined, /cannot be read/],
    ['is not JSON', '{', /is not JSON/],
    [
      'has an end before its beginning',
      '{"segments":[{"label":"a","fromMs":2,"toMs":1}]}',
      /segments\.0\.toMs must be later/,
    ],
  ])('%s', async (_, text, why) => {
    const truth = join(folder, 'clip.truth.json');
    if (text === undefined) await rm(truth, { force: true });
    else await writeFile(truth, text);
    const { code, stdout, stderr } = await runCli(['eval-events', clip]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(why);
    expect(stderr).toMatch(/\[TRUTH_INVALID\]\n$/);
  });
});
