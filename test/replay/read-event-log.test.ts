/** Event logs from files: what is kept, and what is refused with file and line. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jsonOutput } from '../../src/cli/json-lines.js';
import type { ActionEvent, ActionwireMessage } from '../../src/core/types.js';
import { entryOf, EventLogBuilder, readEventLog } from '../../src/replay/index.js';
import { PassThrough } from 'node:stream';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'actionwire-log-'))));
afterAll(() => rm(folder, { recursive: true }));

async function file(text: string | Uint8Array): Promise<string> {
  const path = join(folder, 'events.jsonl');
  await writeFile(path, text);
  return path;
}

const ended: ActionEvent = {
  type: 'action.ended',
  id: 'cam-1',
  streamId: 'cam',
  label: 'waving',
  score: 0.9,
  peak: 0.9,
  top: [],
  fromMs: 1000,
  toMs: 3000,
  capturedAtMs: 3000,
  decidedAtMs: 3000,
  latencyMs: 0,
  reason: 'score-fell',
};
const messages: ActionwireMessage[] = [
  {
    kind: 'state',
    state: { streamId: 'cam', status: 'lost', atMs: 1, attempt: 1, code: 'SOURCE_ENDED', reason: 'gone', retryInMs: 5 },
  },
  { kind: 'gap', streamId: 'cam', reason: 'reconnect', atPtsMs: 2000 },
  { kind: 'event', event: { ...ended, type: 'action.started', id: 'cam-2', fromMs: 5000, toMs: 6000 } },
  { kind: 'event', event: { ...ended, type: 'action.started', toMs: 1500 } },
  { kind: 'event', event: ended },
  { kind: 'dropped', streamId: 'cam', windowIndex: 3 },
];

it('reads back what `run --json` prints as what the run itself told', async () => {
  const printed = new PassThrough();
  const output = jsonOutput(printed, { scores: true, lossless: true });
  for (const message of messages) output.message(message);
  const log = await readEventLog(await file(printed.read() as Buffer));
  const builder = new EventLogBuilder();
  for (const entry of messages.map(entryOf)) if (entry !== undefined) builder.add(entry);
  expect(log).toEqual(builder.build());
  expect(log.actions).toMatchObject([
    { id: 'cam-1', fromMs: 1000, toMs: 3000, reason: 'score-fell' },
    { id: 'cam-2', fromMs: 5000 },
  ]);
  expect(log.actions[1]).not.toHaveProperty('reason');
  expect([log.gaps.length, log.states.length]).toEqual([1, 1]);
});

const gap = '{"type":"stream.gap","streamId":"cam","reason":"reconnect","atPtsMs":2}';

it.each([
  ['', /holds no messages/],
  [`${gap}\nnot json\n`, /events\.jsonl:2: not JSON/],
  ['{"streamId":"cam"}\n', /:1: no message of the protocol/],
  ['[1]\n', /:1: no message of the protocol/],
  [gap.replace('reconnect', 'lunch'), /:1: reason: /],
  [`${gap}\n${gap.slice(0, 30)}`, /:2: not JSON/],
  ['x'.repeat(3 * 2 ** 20), /more than 1048576 characters/],
])('refuses %.60j', async (text, message) => {
  await expect(readEventLog(await file(text))).rejects.toMatchObject({
    code: 'EVENT_LOG_INVALID',
    message: expect.stringMatching(message) as string,
  });
});

it('leaves a line out that a killed program could not finish, where that is allowed', async () => {
  const path = await file(`${gap}\n${gap.slice(0, 30)}`);
  expect((await readEventLog(path, { cutOff: true })).gaps).toHaveLength(1);
  expect((await readEventLog(await file(''), { cutOff: true })).gaps).toHaveLength(0);
});

it('tells a missing file and a folder apart from a bad one', async () => {
  await expect(readEventLog(join(folder, 'none'))).rejects.toMatchObject({ code: 'EVENT_LOG_UNREADABLE' });
  await expect(readEventLog(folder)).rejects.toMatchObject({ code: 'EVENT_LOG_UNREADABLE' });
});

it('keeps characters whole that two chunks share, and takes a last line without its end', async () => {
  const label = 'прыжок '.repeat(9000);
  const line = JSON.stringify({ ...ended, label, seq: 1 });
  const { actions } = await readEventLog(await file(`${line}\r\n\n${line.replace('cam-1', 'cam-9')}`));
  expect(actions.map((action) => action.label === label)).toEqual([true, true]);
});
