/** `actionwire diff` as a user runs it: exit codes, report, JSON. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'actionwire-diff-'));
  const line = (toMs: number): string =>
    `{"type":"action.ended","id":"a","streamId":"cam","label":"waving","peak":0.9,"fromMs":1000,"toMs":${toMs},"reason":"replaced"}\n`;
  await writeFile(join(folder, 'a.jsonl'), line(3000));
  await writeFile(join(folder, 'b.jsonl'), line(3400));
  await writeFile(join(folder, 'c.jsonl'), line(9000));
  await writeFile(join(folder, 'bad.jsonl'), 'oops\n');
});
afterAll(() => rm(folder, { recursive: true }));

const diff = (...args: string[]): ReturnType<typeof runCli> =>
  runCli(['diff', ...args.map((word) => (/^[a-z]+\.jsonl$/.test(word) ? join(folder, word) : word))]);

it('exits 0 and says so when the logs are equal within the tolerances', async () => {
  const { code, stdout, stderr } = await diff('a.jsonl', 'b.jsonl');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^equal: 1 of 1/);
});

it('exits 1 with a readable report otherwise', async () => {
  const { code, stdout, stderr } = await diff('a.jsonl', 'c.jsonl');
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(stdout).toMatch(/^1 difference: .*\nstream cam\n {2}shifted +waving 1\.00\.\.3\.00 s -> 1\.00\.\.9\.00 s/);
  expect((await diff('a.jsonl', 'b.jsonl', '--time-ms', '300')).code).toBe(1);
});

it('gives the comparison as JSON', async () => {
  const { code, stdout } = await diff('a.jsonl', 'c.jsonl', '--json');
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    equal: false,
    actions: { expected: 1, actual: 1, same: 0 },
    differences: [{ kind: 'shifted', streamId: 'cam', expected: { toMs: 3000 }, actual: { toMs: 9000 } }],
    tolerances: { minIou: 0.5 },
  });
});

it.each([
  [['a.jsonl', 'none.jsonl'], /none\.jsonl cannot be read.*\[EVENT_LOG_UNREADABLE\]/],
  [['bad.jsonl', 'a.jsonl'], /bad\.jsonl:1: not JSON.*\[EVENT_LOG_INVALID\]/],
  [['a.jsonl', 'b.jsonl', '--iou', '2'], /--iou: expected a number from 0 to 1.*\[OPTION_INVALID\]/],
  [['a.jsonl'], /missing required argument 'actual'/],
])('exits 2 for %j', async (args, line) => {
  const { code, stdout, stderr } = await diff(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(line);
});
