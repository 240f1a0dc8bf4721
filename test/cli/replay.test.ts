/** `actionwire replay`: the same bytes at every speed, with subscribers listening. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli, startCli } from '../support/cli.js';
import { cutClip } from '../support/cut-clip.js';
import { demoClip } from '../support/demo.js';
import { Subscriber } from '../support/subscriber.js';

let folder: string;
let clip: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'actionwire-replay-'));
  clip = await cutClip(demoClip, join(folder, 'clip.mp4'), 12);
});
afterAll(() => rm(folder, { recursive: true }));

it('gives the same bytes at 4 times its speed as at once, no sooner than its time, and subscribers hear it', async () => {
  const args = [clip, '--stride', '24', '--json'];
  const atOnce = await runCli(['replay', ...args, '--speed', 'max', '--no-server']);
  const begunAt = performance.now();
  const paced = startCli(['replay', ...args, '--speed', '4', '--port', '0']);
  const [, url] = await paced.waitFor(/WebSocket (\S+)/);
  const subscriber = await Subscriber.connect(url!);
  await subscriber.first((message) => message.type === 'action.started');
  const stats = await subscriber.first((message) => message.type === 'stream.stats');
  expect(stats).toMatchObject({ streamId: 'clip', droppedWindows: 0 });
  const { code, stdout } = await paced.finished;
  expect(performance.now() - begunAt).toBeGreaterThan(2800);
  expect(code).toBe(0);
  expect(stdout).toBe(atOnce.stdout);
  expect(stdout).toBe((await runCli(['run', ...args, '--replay'])).stdout);
  subscriber.close();
});

it.each([
  [['clip.mp4', '--speed', '0'], /--speed: expected max or a number.*\[OPTION_INVALID\]/],
  [['test:'], /files only.*\[OPTION_INVALID\]/],
  [['clip.mp4', '--allow-control'], /--allow-control: a replay is the same every time.*\[OPTION_INVALID\]/],
])('refuses %j', async (args, line) => {
  const { code, stderr } = await runCli(['replay', ...args]);
  expect(code).toBe(2);
  expect(stderr).toMatch(line);
});
