/** One picture of a recording, upright and resized but not yet cropped, and how it is resized. */
import type { Preparation } from './model-info.js';

/** `pixels` is `height x width x 3`, RGB, uint8, row-major. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

export interface PictureResize {
  /** The shorter edge after resizing, pixels; the longer one keeps the aspect ratio. */
  readonly shortestEdge: number;
  /** How the longer edge becomes whole: `down` as in Hugging Face's image processors, `nearest` as in mmcv. */
  readonly rounding: 'down' | 'nearest';
  readonly resample: Preparation['resample'];
}

/** Pictures of one recording, by their number from 0 in the order of their display. */
export interface PicturesRead {
  /** How many pictures the recording has: as many as can be decoded. */
  readonly total: number;
  readonly pictures: ReadonlyMap<number, Picture>;
}
