import { describe, expect, it } from 'vitest';
import { FailureCount } from '../../src/stream/failure-count.js';

const camera = false;
const recording = true;

describe('FailureCount', () => {
  it('counts failures in a row', () => {
    const count = new FailureCount();
    for (const liveMs of [0, 0, 2999]) count.add('unreachable', liveMs, camera);
    expect(count.failures).toBe(3);
  });

  it('begins again after three seconds of pictures: a camera that closes every few seconds is not left for long', () => {
    const count = new FailureCount();
    for (let i = 0; i < 5; i++) count.add('ended', 0, camera);
    count.add('ended', 3000, camera);
    expect(count.failures).toBe(1);
    count.add('ended', 0, camera);
    expect(count.failures).toBe(2);
  });

  it('counts dead decoders apart from other failures', () => {
    const count = new FailureCount();
    count.add('crashed', 0, camera);
    count.add('crashed', 0, camera);
    expect(count.crashes).toBe(2);
    count.add('unreachable', 0, camera);
    expect([count.crashes, count.failures]).toEqual([0, 3]);
  });

  it('does not forgive a recording its long beginning before the place that kills the decoder', () => {
    const [ofCamera, ofRecording] = [new FailureCount(), new FailureCount()];
    for (let i = 0; i < 3; i++) {
      ofCamera.add('crashed', 60_000, camera);
      ofRecording.add('crashed', 60_000, recording);
    }
    expect([ofCamera.crashes, ofRecording.crashes]).toEqual([1, 3]);
  });
});
