import fc from 'fast-check';
import { expect, it } from 'vitest';
import { freeOffset, staggerFrames } from '../../src/stream/stagger.js';

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

const added = (count: number, stride: number): number[] =>
  Array.from({ length: count }).reduce<number[]>((taken) => [...taken, freeOffset(taken, stride)], []);

it('streams that are added one by one are spread as well', () => {
  expect(added(4, 8)).toEqual([0, 4, 2, 6]);
  expect(freeOffset([2, 4, 6], 8)).toBe(0);
  expect(freeOffset([0, 1, 2, 3, 0], 4)).toBe(1);
  expect(added(3, 1)).toEqual([0, 0, 0]);
});

it('and whatever was taken away before, the added one shares its moment with fewest', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 32 }), fc.array(fc.nat(31), { maxLength: 40 }), (stride, any) => {
      const taken = any.map((offset) => offset % stride);
      const chosen = freeOffset(taken, stride);
      const uses = (offset: number): number => taken.filter((other) => other === offset).length;
      expect(chosen).toBeLessThan(stride);
      expect(uses(chosen)).toBe(Math.min(...Array.from({ length: stride }, (_, offset) => uses(offset))));
    }),
  );
});
