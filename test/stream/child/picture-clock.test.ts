import { AV_NOPTS_VALUE } from 'node-av/constants';
import { describe, expect, it } from 'vitest';
import { PictureClock } from '../../../src/stream/child/picture-clock.js';

const at = (bestEffortTimestamp: bigint, duration = 3600n) => ({ bestEffortTimestamp, duration });
const untold = at(AV_NOPTS_VALUE);
const unit = 1 / 90;

describe('the time of a picture', () => {
  it('is what the container says', () => {
    const clock = new PictureClock(unit, false);
    expect([at(9000n), at(18_000n)].map((picture) => clock.timeOf(picture))).toEqual([100, 200]);
  });

  it('of a recording without times: one duration after the other', () => {
    const clock = new PictureClock(unit, false);
    expect([untold, untold, untold].map((picture) => clock.timeOf(picture))).toEqual([0, 40, 80]);
    const silent = new PictureClock(unit, false);
    expect([0, 1].map(() => silent.timeOf(at(AV_NOPTS_VALUE, 0n)))).toEqual([0, 40]);
  });

  it('of a recording where single times are missing: after the last one known', () => {
    const clock = new PictureClock(unit, false);
    expect([at(9000n), untold, at(16_200n)].map((picture) => clock.timeOf(picture))).toEqual([100, 140, 180]);
  });

  it('of live pictures: unknown at first, then as they arrive', () => {
    let now = 1000;
    const clock = new PictureClock(unit, true, () => (now += 50));
    const times = Array.from({ length: 7 }, () => clock.timeOf(untold));
    expect(times).toEqual([undefined, undefined, undefined, undefined, 0, 50, 100]);
  });

  it('of live pictures: once told, nothing is guessed but what is missing', () => {
    let now = 0;
    const clock = new PictureClock(unit, true, () => (now += 50));
    expect([untold, at(9000n), untold, at(18_000n)].map((picture) => clock.timeOf(picture))).toEqual([
      undefined,
      100,
      150,
      200,
    ]);
  });
});
