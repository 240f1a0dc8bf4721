/** Offsets worked out by hand from CenterCrop and ThreeCrop of microsoft/VideoX. */
import { describe, expect, it } from 'vitest';
import { copyCrop, cropOffsets } from '../../src/evaluate/crops.js';

const size = (width: number, height: number) => ({ width, height });
const at = (x: number, y: number) => ({ x, y });

describe('cropOffsets', () => {
  it('one: the centre, halves rounded down', () => {
    expect(cropOffsets(1, size(341, 256), size(224, 224))).toEqual([at(58, 16)]);
    expect(cropOffsets(1, size(224, 224), size(224, 224))).toEqual([at(0, 0)]);
  });

  it('three of a wide picture: left, right, middle; an odd rest leaves the last column out', () => {
    expect(cropOffsets(3, size(299, 224), size(224, 224))).toEqual([at(0, 0), at(74, 0), at(37, 0)]);
  });

  it('three of a tall picture: top, bottom, middle', () => {
    expect(cropOffsets(3, size(224, 398), size(224, 224))).toEqual([at(0, 0), at(0, 174), at(0, 87)]);
  });

  it('three of a square picture: the same thrice', () => {
    expect(cropOffsets(3, size(224, 224), size(224, 224))).toEqual([at(0, 0), at(0, 0), at(0, 0)]);
  });

  it('refuses what does not fit', () => {
    expect(() => cropOffsets(1, size(223, 300), size(224, 224))).toThrow('224 x 224 does not fit into 223 x 300');
    expect(() => cropOffsets(3, size(341, 256), size(224, 224))).toThrow(/do not span/);
  });
});

describe('copyCrop', () => {
  it('copies the rows of the crop, all three colours', () => {
    const picture = { ...size(4, 3), pixels: Uint8Array.from({ length: 36 }, (_, i) => i) };
    const target = new Uint8Array(12);
    copyCrop(picture, at(1, 1), size(2, 2), target);
    // rows 1 and 2 begin at byte 12 and 24; column 1 is 3 bytes on
    expect([...target]).toEqual([15, 16, 17, 18, 19, 20, 27, 28, 29, 30, 31, 32]);
  });
});
