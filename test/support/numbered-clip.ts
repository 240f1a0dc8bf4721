/** Clips whose pictures carry their own number and show where they were cut, for tests of sampling and cropping. */
import type { Picture } from '../../src/core/picture.js';
import { makeClip, type ClipOptions } from './make-clip.js';

const bits = 8;

export interface NumberedClip extends Omit<ClipOptions, 'graph' | 'seconds'> {
  /** 1 to 256. */
  readonly pictures: number;
}

/**
 * The number stands in the middle half of the height as eight bands across the whole width, the lowest bit on top; the
 * upper quarter is a ramp from black at the left edge to white at the right.
 */
export function makeNumberedClip(path: string, { pictures, ...options }: NumberedClip): Promise<string> {
  const { size = '320x240', fps = 25 } = options;
  const ramp = '16+219*X/W';
  const band = `16+219*mod(floor(N/pow(2,floor((Y-H/4)/(H/2)*${bits}))),2)`;
  const lum = `if(lt(Y,H/4),${ramp},if(lt(Y,3*H/4),${band},128))`;
  const source = `nullsrc=size=${size}:rate=${fps}:duration=${pictures / fps}`;
  return makeClip(path, { ...options, graph: `${source},format=yuv420p,geq=lum='${lum}':cb=128:cr=128` });
}

/** The number that a whole picture of such a clip carries. */
export function numberOf(picture: Picture): number {
  const rows = Array.from({ length: bits }, (_, bit) => {
    const y = Math.floor(picture.height * (0.25 + (bit + 0.5) / (2 * bits)));
    return red(picture, Math.floor(picture.width / 2), y) > 127 ? 2 ** bit : 0;
  });
  return rows.reduce((sum, value) => sum + value, 0);
}

/** Where the column `x` of a picture lies in the whole one, 0 (left edge) to 1. */
export function positionOf(picture: Picture, x: number): number {
  return red(picture, x, Math.floor(picture.height / 16)) / 255;
}

function red({ width, pixels }: Picture, x: number, y: number): number {
  return pixels[3 * (y * width + x)]!;
}
