import { describe, expect, it } from 'vitest';
import { loopPauseMs } from '../../../src/stream/child/loop-pause.js';

const paced = { fps: 16, pace: 'media', stallTimeoutMs: 5000 } as const;
const unpaced = { ...paced, pace: 'asap' } as const;

describe('loopPauseMs', () => {
  it.each([
    ['fills 100 ms', paced, 40, 15, 85],
    ['fills one frame period of the model when that is longer', { ...paced, fps: 4 }, 40, 15, 235],
    ['plays the last picture to its end', paced, 4000, 3960, 40],
    ['does not wait when the pass took long enough', paced, 4000, 4100, 0],
    ['waits for no duration when the recording runs as fast as it can', unpaced, 4000, 500, 0],
    ['keeps the floor then too', unpaced, 40, 15, 85],
    ['waits no longer than a stall for a container that promises too much', paced, 3_600_000, 4000, 5000],
    ['takes 0 for an unknown duration', paced, 0, 2000, 0],
  ] as const)('%s', (_, settings, durationMs, passedMs, pauseMs) => {
    expect(loopPauseMs(settings, durationMs, passedMs)).toBe(pauseMs);
  });
});
