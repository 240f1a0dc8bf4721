import { describe, expect, it } from 'vitest';
import { rotationFilters } from '../../../src/stream/child/rotation.js';

const one = 65_536;

/** A display matrix with the given upper left 2 x 2 part. */
function matrix(a: number, b: number, c: number, d: number): Uint8Array {
  const bytes = new Uint8Array(36);
  const view = new DataView(bytes.buffer);
  [a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30].forEach((value, i) => view.setInt32(4 * i, value, true));
  return bytes;
}

describe('rotationFilters', () => {
  it.each([
    ['upright', matrix(1, 0, 0, 1), []],
    ['a phone held upright: 90 degrees clockwise', matrix(0, 1, -1, 0), ['transpose=clock']],
    ['upside down', matrix(-1, 0, 0, -1), ['hflip', 'vflip']],
    ['90 degrees counter-clockwise', matrix(0, -1, 1, 0), ['transpose=cclock']],
    ['mirrored top to bottom', matrix(1, 0, 0, -1), ['vflip']],
    ['mirrored left to right', matrix(-1, 0, 0, 1), ['hflip']],
    ['45 degrees: left alone', matrix(0.7, 0.7, -0.7, 0.7), []],
    ['all zero', matrix(0, 0, 0, 0), []],
    ['no matrix', null, []],
    ['too short', new Uint8Array(8), []],
  ])('%s', (_, input, filters) => expect(rotationFilters(input)).toEqual(filters));

  it('reads a matrix that does not start at the beginning of its buffer', () => {
    const padded = new Uint8Array(40);
    padded.set(matrix(0, 1, -1, 0), 4);
    expect(rotationFilters(padded.subarray(4))).toEqual(['transpose=clock']);
  });
});
