/** Which video of a container is read, and what becomes of pictures with odd pixels, two fields or other colours. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Frame } from '../../src/core/types.js';
import { makeClip } from '../support/make-clip.js';
import { makeNumberedClip, numberOf, positionOf } from '../support/numbered-clip.js';
import { makeTone, remux } from '../support/remux.js';
import { collect, framesOf, open, statesOf, story } from '../support/streams.js';

let folder: string;
const inFolder = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'actionwire-shapes-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Brightness of the pixel at these fractions of width and height. */
const redAt = ({ width, height, pixels }: Frame, x: number, y: number): number =>
  pixels[3 * (Math.floor(y * height) * width + Math.floor(x * width))]!;
const meanStep = (frame: Frame): number => {
  const rows = Array.from({ length: frame.height }, (_, y) => redAt(frame, 0.5, (y + 0.5) / frame.height));
  return rows.slice(1).reduce((sum, value, i) => sum + Math.abs(value - rows[i]!), 0) / (rows.length - 1);
};

describe('tracks', () => {
  let file: string;
  beforeAll(async () => {
    const flat = (color: string): string => `color=c=${color}:size=160x120:rate=25:duration=1`;
    const dark = await makeClip(inFolder('dark.mp4'), { graph: flat('black') });
    const bright = await makeClip(inFolder('bright.mp4'), { graph: flat('white') });
    file = await remux(inFolder('two.mkv'), [
      { file: makeTone(inFolder('tone.wav')) },
      { file: dark },
      { file: bright },
    ]);
  });

  it.each([
    [0, 16],
    [1, 235],
  ])('video track %i, sound not counted', async (videoTrack, brightness) => {
    const items = await collect(open(file, { videoTrack }));
    expect(story(items)).toBe('connecting live frames ended');
    const frames = framesOf(items);
    expect(frames).toHaveLength(8);
    for (const frame of frames) expect(redAt(frame, 0.5, 0.5) > 127).toBe(brightness > 127);
  });

  it('a track that is not there fails, and the message says which are', async () => {
    const items = await collect(open(file, { videoTrack: 2 }));
    expect(statesOf(items).at(-1)).toMatchObject({
      status: 'failed',
      code: 'SOURCE_UNSUPPORTED',
      reason: 'There is no video track 2: the source has tracks 0 to 1.',
    });
  });
});

describe('pixels that are not square', () => {
  const wide = { pictures: 2, size: '160x120' };
  const edges = async (file: string, squarePixels: boolean): Promise<[left: number, right: number]> => {
    const [frame] = framesOf(await collect(open(file, { squarePixels })));
    return [positionOf(frame!, 0), positionOf(frame!, 63)];
  };

  it.each([
    ['as stored unless asked: the middle 120 of 160 columns', '1:1', false, 0.125],
    ['as stored though 2:1', '2:1', false, 0.125],
    ['2:1 made square: the middle 60 of 160 columns', '2:1', true, 0.3125],
    ['1:2 made square: all columns', '1:2', true, 0],
  ])('%s', async (_, shape, squarePixels, left) => {
    const name = inFolder(`sar-${shape.replace(':', '-')}.mp4`);
    const file = await makeNumberedClip(name, { ...wide, encoderOptions: { aspect: shape } });
    const [first, last] = await edges(file, squarePixels);
    expect(first).toBeCloseTo(left, 1);
    expect(last).toBeCloseTo(1 - left, 1);
  });
});

describe('interlaced pictures', () => {
  /** The fields of every picture differ as much as fields can: the upper is black, the lower white. */
  const combed = (): Promise<string> =>
    makeClip(inFolder('combed.mp4'), {
      graph: "nullsrc=size=160x128:rate=25:duration=0.2,format=yuv420p,geq=lum='if(mod(Y,2),235,16)':cb=128:cr=128",
      encoderOptions: { flags: '+ildct+ilme', crf: '1' },
    });

  it('one field alone is shown, in the shape of the whole', async () => {
    const [frame] = framesOf(await collect(open(await combed())));
    expect(Math.max(...frame!.pixels)).toBeLessThan(40);
  });

  it('both are, on request', async () => {
    const [frame] = framesOf(await collect(open(await combed(), { deinterlace: false })));
    expect(redAt(frame!, 0.5, 0.5)).toBeGreaterThan(80);
  });

  it('a picture that moves keeps its geometry', async () => {
    const encoderOptions = { flags: '+ildct+ilme' };
    const file = await makeNumberedClip(inFolder('interlaced.mp4'), { pictures: 10, size: '160x128', encoderOptions });
    const frames = framesOf(await collect(open(file, { fps: 25 })));
    expect(frames.map(numberOf)).toEqual(Array.from({ length: 10 }, (_, i) => i));
    const progressive = await makeNumberedClip(inFolder('progressive.mp4'), { pictures: 10, size: '160x128' });
    const [plain] = framesOf(await collect(open(progressive)));
    expect(positionOf(frames[0]!, 0)).toBeCloseTo(positionOf(plain!, 0), 1);
    expect(positionOf(frames[0]!, 63)).toBeCloseTo(positionOf(plain!, 63), 1);
    expect(meanStep(frames[5]!)).toBeLessThan(40);
  });
});

describe('colours', () => {
  it('another matrix leaves the range that the stream tells alone', async () => {
    const graph = 'color=c=white:size=160x120:rate=25:duration=0.2';
    const full = await makeClip(inFolder('full.mkv'), { graph: `${graph},format=gray,geq=lum=128`, codec: 'mjpeg' });
    for (const colorMatrix of ['bt601', 'bt709'] as const) {
      const [frame] = framesOf(await collect(open(full, { colorMatrix })));
      // Read as limited range, 128 would become 130.
      expect(Math.abs(redAt(frame!, 0.5, 0.5) - 128)).toBeLessThanOrEqual(1);
    }
  });
});
