import { describe, expect, it } from 'vitest';
import { Meter } from '../../src/core/meter.js';
import type { ActionwireMessage, Frame, StreamItem } from '../../src/core/types.js';

const frame = { kind: 'frame', frame: {} as Frame } satisfies StreamItem;

function scored(capturedAtMs: number): ActionwireMessage {
  const labels = ['walking', 'waving'];
  const timing = { capturedAtMs, queueMs: 0, inferenceMs: 0 };
  const scores = {
    streamId: 's',
    windowIndex: 0,
    firstPtsMs: 0,
    lastPtsMs: 0,
    labels,
    values: new Float32Array(2),
    timing,
  };
  return { kind: 'scores', scores, smoothed: Float32Array.of(0.25, 0.75) };
}

function meterAt(start: number) {
  const clock = { nowMs: start, now: () => clock.nowMs };
  return { clock, meter: new Meter('s', clock) };
}

describe('Meter', () => {
  it('reads rates over the last seconds only', () => {
    const { clock, meter } = meterAt(1000);
    for (let i = 0; i < 100; i++) {
      clock.nowMs += 100;
      meter.countItem(frame);
      if (i % 4 === 0) meter.countMessage(scored(clock.nowMs - 40));
    }
    const reading = meter.read();
    expect(reading.framesPerSecond).toBeCloseTo(10, 0);
    expect(reading.windowsPerSecond).toBeCloseTo(2.5, 0);
    expect(reading.latencyP50Ms).toBe(40);
    expect(reading.top).toEqual({ label: 'waving', score: 0.75 });
    clock.nowMs += 15_000;
    expect(meter.read()).toMatchObject({ framesPerSecond: 0, windowsPerSecond: 0 });
  });

  it('follows the status and counts drops since the start', () => {
    const { meter } = meterAt(0);
    expect(meter.read()).toMatchObject({ status: 'connecting', droppedWindows: 0 });
    meter.countMessage({ kind: 'state', state: { streamId: 's', status: 'lost', atMs: 0, attempt: 1 } });
    for (const windowIndex of [3, 4]) meter.countMessage({ kind: 'dropped', streamId: 's', windowIndex });
    expect(meter.read()).toMatchObject({ status: 'lost', droppedWindows: 2 });
  });
});
