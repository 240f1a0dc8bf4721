/** Pictures in the right order at the right time, whatever the container does with its clock. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Frame } from '../../src/core/types.js';
import { makeNumberedClip, numberOf } from '../support/numbered-clip.js';
import { remux } from '../support/remux.js';
import { collect, expectOneTimeline, framesOf, open, story } from '../support/streams.js';

let folder: string;
let plain: string;
let reordered: string;
const inFolder = (name: string): string => join(folder, name);
const small = { size: '160x120', pictures: 100 };
const numbers = (frames: readonly Frame[]): number[] => frames.map(numberOf);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'actionwire-timestamps-'));
  plain = await makeNumberedClip(inFolder('plain.mp4'), { ...small, encoderOptions: { bf: '0' } });
  const encoderOptions = { bf: '3', 'x264-params': 'b-adapt=0' };
  reordered = await makeNumberedClip(inFolder('reordered.mp4'), { ...small, encoderOptions });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('order and time', () => {
  it.each(['.mp4', '.mkv', '.ts'])('B-frames in %s: as they are shown, each at its own time', async (extension) => {
    const file = await remux(inFolder(`b${extension}`), [{ file: reordered }]);
    const frames = framesOf(await collect(open(file, { fps: 25 })));
    expect(numbers(frames)).toEqual(upTo(100));
    const [first] = frames;
    expect(frames.map(({ ptsMs }) => Math.round(ptsMs - first!.ptsMs))).toEqual(upTo(100).map((i) => 40 * i));
  });

  it.each(['bf=0', 'bf=3'])('raw H.264, whose pictures have no time at all (%s): 25 a second', async (frames) => {
    const file = inFolder('untimed.h264');
    await makeNumberedClip(file, { ...small, encoderOptions: { bf: frames.slice(3), 'x264-params': 'b-adapt=0' } });
    const items = await collect(open(file, { fps: 25 }));
    expect(story(items)).toBe('connecting live frames ended');
    expect(numbers(framesOf(items))).toEqual(upTo(100));
    expect(framesOf(items).at(-1)!.ptsMs).toBe(99 * 40);
  });

  it('H.264 in AVI, whose pictures have a decoding time only: in order, none lost', async () => {
    const file = await makeNumberedClip(inFolder('untimed.avi'), { ...small, encoderOptions: { bf: '3' } });
    const items = await collect(open(file, { fps: 25 }));
    expect(story(items)).toBe('connecting live frames ended');
    expect(numbers(framesOf(items))).toEqual(upTo(100));
  });

  it('the 33-bit clock of MPEG-TS runs over in the middle, and nothing happens', async () => {
    const wrapAtMs = 2 ** 33 / 90;
    const file = await remux(inFolder('wrap.ts'), [{ file: reordered, retime: (ms) => ms + wrapAtMs - 2000 }]);
    const items = await collect(open(file, { fps: 25 }));
    expect(story(items)).toBe('connecting live frames ended');
    expect(numbers(framesOf(items))).toEqual(upTo(100));
    expectOneTimeline(items);
  });

  it.each([
    ['forward by an hour', 3_600_000],
    ['back by a second', -1000],
  ])('a clock that jumps %s is a gap, and media time goes on', async (_, jumpMs) => {
    const before = (ms: number): number | undefined => (ms < 2000 ? ms + 5000 : undefined);
    const after = (ms: number): number | undefined => (ms < 2000 ? undefined : ms + 5000 + jumpMs);
    const parts = [before, after].map((retime, i) => remux(inFolder(`jump${i}.ts`), [{ file: plain, retime }]));
    const file = inFolder('jump.ts');
    writeFileSync(file, Buffer.concat((await Promise.all(parts)).map((part) => readFileSync(part))));
    const items = await collect(open(file, { fps: 25 }));
    expect(story(items)).toBe('connecting live frames gap:timestamp-jump frames ended');
    expect(numbers(framesOf(items))).toEqual(upTo(100));
    expectOneTimeline(items);
  });
});

describe('rates', () => {
  it.each([1, 2, 5, 15, 30, 50, 60])('%i pictures a second: every tick has the newest picture', async (fps) => {
    const file = await makeNumberedClip(inFolder(`${fps}.mp4`), { size: '160x120', fps, pictures: 4 * fps });
    const items = await collect(open(file));
    // What the rate of a slow source is shows with its second picture.
    expect(story(items)).toMatch(
      fps === 1 ? /^connecting live frames gap:missing-frames frames ended$/ : /^connecting live frames ended$/,
    );
    const frames = framesOf(items);
    expect(frames.length).toBeGreaterThan(fps === 1 ? 17 : 24);
    for (const frame of frames) {
      // The first picture at or after the tick.
      const expected = Math.ceil(Math.max(0, (frame.ptsMs * fps) / 1000 - 0.01));
      if (fps > 1) expect(numberOf(frame)).toBe(expected);
    }
    expectOneTimeline(items);
  });

  it('a variable rate: the picture of a tick is the first at or after it', async () => {
    // 0.5 s of 25 a second, then every picture twice as far from the one before, again and again.
    const times = (index: number): number => 40 * index + 40 * Math.floor(index / 13) * (index % 3);
    const file = await remux(inFolder('variable.mkv'), [{ file: plain, retime: (ms) => times(Math.round(ms / 40)) }]);
    const shown = upTo(100)
      .map(times)
      .toSorted((a, b) => a - b);
    const items = await collect(open(file));
    const frames = framesOf(items);
    expect(frames.length).toBeGreaterThan(25);
    expect(story(items)).toBe('connecting live frames ended');
    for (const frame of frames) {
      const due = shown.findIndex((ms) => ms >= frame.ptsMs - 1);
      expect(shown[due]).toBeDefined();
      expect(Math.abs(times(numberOf(frame)) - shown[due]!)).toBeLessThan(2);
    }
  });
});

describe('another codec or stream id in the middle', () => {
  it.each([
    ['libx264', 'libx265', 256],
    ['libx265', 'libx264', 256],
    ['libx264', 'libx264', 300],
  ] as const)(
    '%s, then %s as stream %i in the same MPEG-TS: goes on at the next key frame',
    async (before, after, id) => {
      const part = (name: string, codec: typeof before, streamId: number): Promise<string> =>
        makeNumberedClip(inFolder(name), {
          size: '160x120',
          pictures: 50,
          codec,
          encoderOptions: {},
          muxerOptions: { mpegts_start_pid: String(streamId) },
        });
      const [first, second] = await Promise.all([part('first.ts', before, 256), part('second.ts', after, id)]);
      const file = inFolder('both.ts');
      writeFileSync(file, Buffer.concat([readFileSync(first), readFileSync(second)]));
      const items = await collect(open(file, { fps: 25 }));
      expect(story(items)).toMatch(/^connecting live frames (gap:[a-z-]+ frames )+ended$/);
      const found = numbers(framesOf(items));
      expect(found.slice(0, 45)).toEqual(upTo(45));
      expect(found.slice(-25)).toEqual(upTo(50).slice(-25));
      expectOneTimeline(items);
    },
  );
});

describe('codecs in files', () => {
  it.each([
    ['libx264', 'h264.mkv', 'h264'],
    ['libx265', 'h265.mp4', 'hevc'],
    ['mjpeg', 'jpeg.avi', 'mjpeg'],
    ['libvpx-vp9', 'vp9.webm', 'vp9'],
    ['libsvtav1', 'av1.mp4', 'libdav1d'],
    ['libsvtav1', 'av1.mkv', 'libdav1d'],
  ] as const)('%s in %s', async (codec, name, decoder) => {
    const file = await makeNumberedClip(inFolder(name), { size: '160x120', pictures: 50, codec });
    const items = await collect(open(file, { fps: 25 }));
    expect(items.find((item) => item.kind === 'state' && item.state.status === 'live')).toMatchObject({
      state: { decoder: { name: decoder } },
    });
    expect(numbers(framesOf(items))).toEqual(upTo(50));
  });
});
