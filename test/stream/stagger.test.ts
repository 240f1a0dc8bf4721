import fc from 'fast-check';
import { expect, it } from 'vitest';
import { staggerFrames } from '../../src/stream/stagger.js';

const offsets = (streams: number, stride: number): number[] =>
  Array.from({ length: streams }, (_, index) => staggerFrames(index, streams, stride));

it('spreads streams over one stride', () => {
  expect(offsets(1, 8)).toEqual([0]);
  expect(offsets(4, 8)).toEqual([0, 2, 4, 6]);
  expect(offsets(8, 4)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  expect(offsets(3, 1)).toEqual([0, 0, 0]);
});

it('stays within the stride, and no moment has two streams more than another', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 64 }), (streams, stride) => {
      const all = offsets(streams, stride);
      const counts = all.map((offset) => all.filter((other) => other === offset).length);
      expect(Math.max(...all)).toBeLessThan(stride);
      expect(Math.max(...counts)).toBeLessThanOrEqual(Math.ceil(streams / stride));
    }),
  );
});
