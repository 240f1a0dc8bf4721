/** Chosen pictures are the right ones, whatever the container says about their number. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PictureResize } from '../../src/core/picture.js';
import { parseSource, readPictures, type ReadOptions } from '../../src/stream/index.js';
import { demoClip } from '../support/demo.js';
import { makeNumberedClip, numberOf } from '../support/numbered-clip.js';
import { decoderPids } from '../support/streams.js';

const resize: PictureResize = { shortestEdge: 64, rounding: 'nearest', resample: 'bilinear' };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'actionwire-read-'));
  await makeNumberedClip(join(folder, 'a.mp4'), { pictures: 60 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const clip = (name: string): string => join(folder, name);
const read = (name: string, options: Partial<ReadOptions> = {}) =>
  readPictures(parseSource(clip(name), { id: name }), { resize, choose: (total) => [0, total - 1], ...options });

describe('readPictures', () => {
  it('counts the pictures and gives exactly the chosen ones', async () => {
    const { total, pictures } = await read('a.mp4', { choose: () => [59, 0, 7, 7, 31] });
    expect(total).toBe(60);
    expect([...pictures.keys()]).toEqual([0, 7, 31, 59]);
    for (const [index, picture] of pictures) expect(numberOf(picture)).toBe(index);
  });

  it.runIf(process.platform === 'linux')('ends when the decoder process uses more memory than allowed', async () => {
    const reading = readPictures(parseSource(demoClip, { id: 'demo' }), { resize, choose: () => [0], maxMemoryMb: 1 });
    await expect(reading).rejects.toMatchObject({ code: 'SOURCE_MEMORY' });
  });

  it('numbers them as they are shown, not as they are stored (B-frames)', async () => {
    await makeNumberedClip(clip('b.mkv'), { pictures: 40, encoderOptions: { bf: '3', 'x264-params': 'b-adapt=0' } });
    const { pictures } = await read('b.mkv', { choose: (total) => Array.from({ length: total }, (_, i) => i) });
    expect([...pictures].map(([, picture]) => numberOf(picture))).toEqual([...pictures.keys()]);
    expect(pictures.size).toBe(40);
  });

  it.each([
    ['nearest', 102, 64],
    ['down', 101, 64],
  ] as const)('resizes whole pictures, the longer edge rounded %s', async (rounding, width, height) => {
    // 64 / 200 * 318 = 101.76
    await makeNumberedClip(clip('c.mp4'), { pictures: 2, size: '318x200' });
    const { pictures } = await read('c.mp4', { resize: { ...resize, rounding } });
    const picture = pictures.get(0)!;
    expect([picture.width, picture.height]).toEqual([width, height]);
    expect(picture.pixels).toHaveLength(width * height * 3);
  });

  it('chooses again when fewer pictures decode than the container announces', async () => {
    await damagedEnd(clip('cut.avi'));
    const asked: number[] = [];
    const { total, pictures } = await read('cut.avi', {
      choose: (count) => {
        asked.push(count);
        return [0, count - 1];
      },
    });
    expect(asked).toEqual([30, 20]);
    expect(total).toBe(20);
    expect([...pictures].map(([, picture]) => numberOf(picture))).toEqual([0, 19]);
  });

  it.each([
    ['missing.mp4', 'SOURCE_NOT_FOUND'],
    ['text.mp4', 'SOURCE_CORRUPT'],
    ['short.mp4', 'SOURCE_CORRUPT'],
  ])('%s fails with %s, and its process is gone', async (name, code) => {
    await writeFile(clip('text.mp4'), 'this is no video\n'.repeat(100));
    await writeFile(clip('short.mp4'), (await readFile(clip('a.mp4'))).subarray(0, 1500));
    await expect(read(name)).rejects.toMatchObject({ code });
    expect(decoderPids()).toEqual([]);
  });

  it('passes on what the caller throws while choosing', async () => {
    const choose = (): number[] => {
      throw new RangeError('too short');
    };
    await expect(read('a.mp4', { choose })).rejects.toThrow('too short');
    expect(decoderPids()).toEqual([]);
  });

  it('ends when told to', async () => {
    const stop = new AbortController();
    const choose = (): number[] => {
      stop.abort(new Error('enough'));
      return [0];
    };
    await expect(read('a.mp4', { choose, signal: stop.signal })).rejects.toThrow('enough');
    await expect(read('a.mp4', { signal: stop.signal })).rejects.toThrow('enough');
    expect(decoderPids()).toEqual([]);
  });

  it('refuses what is no recording', async () => {
    const camera = parseSource('test:', { id: 'test' });
    await expect(readPictures(camera, { resize, choose: () => [0] })).rejects.toMatchObject({
      code: 'SOURCE_UNSUPPORTED',
    });
  });
});

/** 30 packets of which the last 10 hold zeros: they are counted, but no picture comes of them. */
async function damagedEnd(path: string): Promise<void> {
  await makeNumberedClip(path, { pictures: 30, codec: 'mjpeg' });
  const bytes = await readFile(path);
  const indexAt = bytes.lastIndexOf('idx1');
  let chunk = 0;
  for (
    let at = bytes.indexOf('00dc', bytes.indexOf('movi'));
    at >= 0 && at < indexAt;
    at = bytes.indexOf('00dc', at + 8)
  ) {
    const length = bytes.readUInt32LE(at + 4);
    if (chunk++ >= 20) bytes.fill(0, at + 8, at + 8 + length);
  }
  expect(chunk).toBe(30);
  await writeFile(path, bytes);
}
