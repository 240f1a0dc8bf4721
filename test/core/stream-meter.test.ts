import { expect, test } from 'vitest';
import { StreamMeter } from '../../src/core/stream-meter.js';

test('rates and nearest-rank percentiles of recent windows', () => {
  const meter = new StreamMeter();
  for (let i = 1; i <= 20; i += 1) meter.addWindow(i * 250, i);
  meter.addDropped();
  meter.setFrameRate(15.96);
  expect(meter.read(5000)).toEqual({
    framesPerSecond: 16,
    windowsPerSecond: 4,
    latencyP50Ms: 10,
    latencyP95Ms: 19,
    droppedWindows: 1,
  });
});

test('what is older than ten seconds does not count; drops do', () => {
  const meter = new StreamMeter();
  meter.addWindow(0, 5);
  meter.addDropped();
  expect(meter.read(10_001)).toEqual({ windowsPerSecond: 0, droppedWindows: 1 });
});

test('remembers a bounded number of windows', () => {
  const meter = new StreamMeter();
  for (let i = 0; i < 10_000; i += 1) meter.addWindow(0, i < 9000 ? 1000 : 1);
  expect(meter.read(1).latencyP95Ms).toBe(1);
});
