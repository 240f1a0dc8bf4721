import { describe, expect, it } from 'vitest';
import { isChildMessage, zeroCounters } from '../../src/stream/protocol.js';

const size = { width: 2, height: 2 };
const pixels = new Uint8Array(12);

describe('isChildMessage', () => {
  it.each([
    { type: 'opening' },
    { type: 'frame', ticks: [0, 125], capturedAtMs: 1, pixels },
    { type: 'opened', info: { codec: 'h264', width: 1, height: 1, endless: true } },
    { type: 'hardware', name: 'cuda' },
    { type: 'hardware', name: null },
    { type: 'decoder', choice: { name: 'h264' } },
    { type: 'decoder', choice: { name: 'h264', hardware: 'cuda', why: 'vaapi: no' } },
    { type: 'gap', reason: 'timestamp-jump' },
    { type: 'counters', counters: { ...zeroCounters } },
    { type: 'failed', failure: { kind: 'auth', message: 'no' } },
    { type: 'counted', pictures: 30 },
    { type: 'picture', index: 3, width: 2, height: 2, pixels },
    { type: 'stalled' },
    { type: 'ended' },
  ])('accepts $type', (message) => expect(isChildMessage(message, size)).toBe(true));

  it.each([
    null,
    'ended',
    {},
    { type: 'frame', ticks: [0], capturedAtMs: 1, pixels: new Uint8Array(11) },
    { type: 'frame', ticks: [], capturedAtMs: 1, pixels },
    { type: 'frame', ticks: [Number.NaN], capturedAtMs: 1, pixels },
    { type: 'frame', ticks: [0], capturedAtMs: 1, pixels: [...pixels] },
    { type: 'counters', counters: { packets: 1 } },
    { type: 'failed', failure: { kind: 'unknown', message: '' } },
    { type: 'decoder', choice: { name: 'h264', why: 1 } },
    { type: 'decoder' },
    { type: 'hardware' },
    { type: 'hardware', name: 'none' },
    { type: 'gap', reason: 'boredom' },
    { type: 'counted', pictures: 0 },
    { type: 'picture', index: 3, width: 3, height: 2, pixels },
    { type: 'picture', index: 0.5, width: 2, height: 2, pixels },
    { type: 'credit' },
  ])('refuses %j', (message) => expect(isChildMessage(message, size)).toBe(false));

  it('refuses a frame of a process that was asked for none', () => {
    expect(isChildMessage({ type: 'frame', ticks: [0], capturedAtMs: 1, pixels })).toBe(false);
  });
});
