/** `actionwire expect` as a user runs it: writes a golden log, agrees with it, and tells what changed. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, startCli, type Finished } from '../support/cli.js';
import { cutClip } from '../support/cut-clip.js';
import { demoClip } from '../support/demo.js';

let folder: string;
let golden: string;
let clip: string;
const quick = ['--stride', '24'];
const check = (...more: string[]): Promise<Finished> => runCli(['expect', golden, `demo=${clip}`, ...quick, ...more]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'actionwire-expect-'));
  golden = join(folder, 'golden.jsonl');
  clip = await cutClip(demoClip, join(folder, 'clip.mp4'), 20);
});
afterAll(() => rm(folder, { recursive: true }));

it('reads no log that is not there, and says how one is written', async () => {
  const { code, stdout, stderr } = await check();
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/golden\.jsonl cannot be read.*--update.*\[EVENT_LOG_UNREADABLE\]/);
});

describe('with a golden log that --update wrote', () => {
  let written: string;

  beforeAll(async () => {
    const { code, stdout } = await check('--update');
    written = await readFile(golden, 'utf8');
    expect(code).toBe(0);
    expect(stdout).toMatch(/golden\.jsonl: [1-9]\d* actions written/);
  }, 60_000);

  it('agrees to the last digit, and the log is what `run --replay --json` prints', async () => {
    const { code, stdout } = await check('--iou', '1', '--time-ms', '0', '--score', '0');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^equal: (\d+) of \1 actions/);
    expect((await runCli(['run', `demo=${clip}`, ...quick, '--replay', '--json'])).stdout).toBe(written);
  });

  it('exits 1 and tells what changed, as JSON when asked', async () => {
    const lines = written.split('\n');
    const at = lines.findIndex((line) => line.includes('"action.ended"'));
    const changed = lines.map((line, i) => (i === at ? line.replace(/"label":"[^"]+"/, '"label":"flying"') : line));
    await writeFile(golden, changed.join('\n'));
    const { code, stdout } = await check('--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      equal: false,
      differences: [{ kind: 'relabelled', streamId: 'demo', expected: { label: 'flying' } }],
    });
  });

  it('keeps the golden log when the new run fails or is interrupted', async () => {
    const before = await readFile(golden, 'utf8');
    const failed = await runCli(['expect', golden, join(folder, 'none.mp4'), '--update']);
    expect(failed.stderr).toMatch(/\[SOURCE_NOT_FOUND\]/);
    expect(failed.code).toBe(1);
    const interrupted = startCli([
      'expect',
      golden,
      `demo=${clip}`,
      '--update',
      '--log-level',
      'info',
      '--stride',
      '1',
    ]);
    await interrupted.waitFor(/stream live/);
    interrupted.child.kill('SIGINT');
    expect((await interrupted.finished).code).toBe(130);
    expect(await readFile(golden, 'utf8')).toBe(before);
  });
});

it.each([
  [['/no/such/folder/golden.jsonl', demoClip, '--update'], /golden\.jsonl cannot be written.*\[EVENT_LOG_UNREADABLE\]/],
  [
    ['golden.jsonl', 'rtsp://joe:hunter2@host/x', '--update'],
    /files only, and "host" is a rtsp source.*\[OPTION_INVALID\]/,
  ],
])('exits 2 for %j', async (args, line) => {
  const { code, stderr } = await runCli(['expect', ...args]);
  expect(code).toBe(2);
  expect(stderr).toMatch(line);
  expect(stderr).not.toMatch(/hunter2/);
});
