import { expect, it } from 'vitest';
import { RtpClock } from '../../../../src/stream/child/whip/rtp-clock.js';

const unwrapAll = (timestamps: readonly number[]): bigint[] => {
  const clock = new RtpClock();
  return timestamps.map((timestamp) => clock.unwrap(timestamp));
};

it('goes on over the wrap, twice', () => {
  const half = 0x8000_0000;
  expect(unwrapAll([0xffff_f000, 0x1000, half - 1, half + 0x1000, 0xffff_ffff, 5])).toEqual([
    0xffff_f000n,
    0x1_0000_1000n,
    0x1_7fff_ffffn,
    0x1_8000_1000n,
    0x1_ffff_ffffn,
    0x2_0000_0005n,
  ]);
});

it('goes back where the timestamps do, over the wrap too', () => {
  expect(unwrapAll([100, 50, 3000])).toEqual([100n, 50n, 3000n]);
  expect(unwrapAll([0xffff_ffff, 10, 0xffff_fff0])).toEqual([0xffff_ffffn, 0x1_0000_000an, 0xffff_fff0n]);
});
