/** Where the views in space lie in a resized picture, and how one is cut out. */
import type { Picture } from '../core/picture.js';

export interface CropSize {
  readonly width: number;
  readonly height: number;
}

/** Left upper corner of a crop, pixels. */
export interface CropOffset {
  readonly x: number;
  readonly y: number;
}

/**
 * One crop: the centre (`CenterCrop`). Three: both ends and the middle of the longer side (`ThreeCrop`), in that order. Source:
 * microsoft/VideoX, X-CLIP/datasets/pipeline.py.
 * @throws RangeError when the crop does not fit, or three crops would not span the shorter side
 */
export function cropOffsets(count: 1 | 3, picture: CropSize, crop: CropSize): CropOffset[] {
  const x = Math.floor((picture.width - crop.width) / 2);
  const y = Math.floor((picture.height - crop.height) / 2);
  if (x < 0 || y < 0) throw new RangeError(`${sides(crop)} does not fit into ${sides(picture)}`);
  if (count === 1) return [{ x, y }];
  if (picture.height === crop.height) return [0, 2 * x, x].map((left) => ({ x: left, y: 0 }));
  if (picture.width === crop.width) return [0, 2 * y, y].map((top) => ({ x: 0, y: top }));
  throw new RangeError(`three crops of ${sides(crop)} do not span a side of ${sides(picture)}`);
}

/** Copies a crop of `picture` into `target`, `height x width x 3`, row by row. */
export function copyCrop({ width, pixels }: Picture, { x, y }: CropOffset, crop: CropSize, target: Uint8Array): void {
  const rowBytes = crop.width * 3;
  for (let row = 0; row < crop.height; row++) {
    const from = 3 * ((y + row) * width + x);
    target.set(pixels.subarray(from, from + rowBytes), row * rowBytes);
  }
}

const sides = ({ width, height }: CropSize): string => `${width} x ${height}`;
