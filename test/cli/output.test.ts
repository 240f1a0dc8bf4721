import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { jsonOutput } from '../../src/cli/json-lines.js';
import { messageLine } from '../../src/cli/terminal.js';
import type { ActionEvent, ActionwireMessage } from '../../src/core/types.js';
import { serverMessage } from '../../src/ws/index.js';

const event: ActionEvent = {
  type: 'action.started',
  id: 'cam-1',
  streamId: 'cam',
  label: 'waving',
  score: 0.91,
  peak: 0.91,
  top: [{ label: 'waving', score: 0.91 }],
  fromMs: 61_240,
  toMs: 62_000,
  capturedAtMs: 0,
  decidedAtMs: 84,
  latencyMs: 84,
};
const started: ActionwireMessage = { kind: 'event', event };
const dropped: ActionwireMessage = { kind: 'dropped', streamId: 'cam', windowIndex: 7 };
const lost: ActionwireMessage = {
  kind: 'state',
  state: {
    streamId: 'cam',
    status: 'lost',
    atMs: 0,
    attempt: 1,
    code: 'SOURCE_UNREACHABLE',
    reason: 'refused',
    retryInMs: 1500,
  },
};
const plain = (line: string | undefined): string | undefined =>
  // eslint-disable-next-line no-control-regex -- colours are control sequences
  line?.replace(/\u001b\[\d+m/g, '');

describe('a person’s lines', () => {
  it('show when, where and what', () => {
    expect(plain(messageLine(started))).toBe('  1:01.2  cam  ▶ waving               score 0.91  +84 ms');
  });

  it('say why a stream is lost and when it is tried again', () => {
    expect(plain(messageLine(lost))?.trim()).toBe('cam  lost: refused [SOURCE_UNREACHABLE], next attempt in 1.5 s');
  });

  it('leave out what only the status line shows', () => {
    expect(messageLine({ kind: 'event', event: { ...event, type: 'action.updated' } })).toBeUndefined();
    expect(messageLine(dropped)).toBeUndefined();
  });
});

describe('newline JSON', () => {
  const linesOf = (withScores: boolean): unknown[] => {
    const stream = new PassThrough();
    const output = jsonOutput(stream, { scores: withScores, lossless: false });
    for (const message of [started, dropped, lost]) output.message(message);
    const text = String(stream.read());
    return text
      .trimEnd()
      .split('\n')
      .map((line) => serverMessage.parse(JSON.parse(line)));
  };

  it('speaks the WebSocket protocol, numbered from 1', () => {
    expect(linesOf(false)).toMatchObject([
      { type: 'action.started', seq: 1, id: 'cam-1' },
      { type: 'stream.state', seq: 2, status: 'lost' },
    ]);
  });

  it('adds drops when scores are asked for', () => {
    expect(linesOf(true)).toMatchObject([{}, { type: 'window.dropped', windowIndex: 7, droppedWindows: 1 }, {}]);
  });

  const scoresOf = (labelCount: number): ActionwireMessage => {
    const values = new Float32Array(labelCount).fill(1 / labelCount);
    const labels = Array.from(values, (_, i) => `label ${i}`);
    const timing = { capturedAtMs: 0, queueMs: 0, inferenceMs: 0 };
    const scores = { streamId: 'cam', windowIndex: 1, firstPtsMs: 0, lastPtsMs: 1, labels, values, timing };
    return { kind: 'scores', scores, smoothed: values };
  };

  it.each([
    ['leaves out scores, never events, while a live run is not read', false],
    ['leaves out nothing of a replay', true],
  ])('%s', (_, lossless) => {
    const stream = new PassThrough();
    const output = jsonOutput(stream, { scores: true, lossless });
    const many = scoresOf(1000);
    const rounds = 1500; // about 11 MB
    for (let i = 0; i < rounds; i += 1) output.message(many);
    const full = stream.writableLength + stream.readableLength;
    output.message(many);
    expect(stream.writableLength + stream.readableLength > full).toBe(lossless);
    output.message(started);
    expect(stream.writableLength + stream.readableLength).toBeGreaterThan(full);
  });
});
