import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStream, parseSource, streamStats } from '../../src/stream/index.js';
import { makeClip } from '../support/make-clip.js';
import { noiseBytes } from '../support/noise-bytes.js';
import { collect, expectOneTimeline, framesOf, open, smallPreparation, statesOf, story } from '../support/streams.js';

let folder: string;
let clip: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'actionwire-files-'));
  clip = await makeClip(join(folder, 'clip.mp4'), { seconds: 4, fps: 25 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a recording, replayed', () => {
  it('gives every sampled frame on a virtual clock', async () => {
    const stream = open(clip);
    const items = await collect(stream);
    expect(story(items)).toBe('connecting live frames ended');
    const frames = framesOf(items);
    expect(frames.map((frame) => frame.ptsMs)).toEqual(Array.from({ length: 32 }, (_, i) => 125 * i));
    expectOneTimeline(items);
    expect(frames.every((frame) => frame.capturedAtMs === frame.ptsMs)).toBe(true);
    expect(frames.every((frame) => frame.pixels.length === 64 * 64 * 3)).toBe(true);
    expect(streamStats(stream)).toEqual({
      packets: 100,
      decoded: 100,
      sampled: 32,
      dropped: 0,
      decodeErrors: 0,
      reconnects: 0,
    });
  });

  it('is the same twice, bit by bit', async () => {
    expect(await collect(open(clip))).toEqual(await collect(open(clip)));
  });

  it('waits for a slow consumer and loses nothing', async () => {
    const stream = open(clip, { fps: 25 });
    let frames = 0;
    let decodedWhileWaiting = 0;
    for await (const item of stream) {
      if (item.kind !== 'frame') continue;
      if (frames++ === 0) {
        // Longer than a heartbeat of the decoder process, so that its counters are of this moment.
        await new Promise((resolve) => setTimeout(resolve, 1500));
        decodedWhileWaiting = streamStats(stream).decoded;
      }
    }
    expect(frames).toBe(100);
    expect(decodedWhileWaiting).toBeGreaterThan(0);
    expect(decodedWhileWaiting).toBeLessThanOrEqual(12);
  });

  it('starts again when looped, with a gap, and its time goes on', async () => {
    const items = await collect(open(clip, { loop: true }), (all) => framesOf(all).length === 70);
    expect(story(items)).toBe('connecting live frames gap:timestamp-jump frames gap:timestamp-jump frames');
    expectOneTimeline(items);
    expect(framesOf(items)[32]!.ptsMs).toBe(32 * 125);
  });

  it.each(['media', 'asap'] as const)('does not spin when it has one picture only (%s)', async (pace) => {
    const still = await makeClip(join(folder, 'still.mp4'), { seconds: 0.04, size: '160x120' });
    let begin = 0;
    const items = await collect(open(still, { mode: 'live', pace, loop: true }), (all) => {
      if (begin === 0 && framesOf(all).length === 1) begin = performance.now();
      return framesOf(all).length === 9;
    });
    expect(story(items)).toMatch(/^connecting live( frames gap:timestamp-jump){8} frames$/);
    // Eight passes of one frame period at 8 frames per second.
    expect(performance.now() - begin).toBeGreaterThan(700);
  });

  it('runs in its own time when paced', async () => {
    const begin = performance.now();
    const items = await collect(open(clip, { pace: 'media' }), (all) => framesOf(all).length === 13);
    expect(framesOf(items)).toHaveLength(13);
    expect(performance.now() - begin).toBeGreaterThan(1450);
  });

  it('keeps the media time of a container that does not start at zero', async () => {
    const ts = await makeClip(join(folder, 'clip.ts'), { seconds: 2 });
    const frames = framesOf(await collect(open(ts)));
    expect(frames[0]!.ptsMs).toBeLessThan(100);
    expect(frames).toHaveLength(16);
  });

  it('repeats frames of a source slower than the sampling rate', async () => {
    const slow = await makeClip(join(folder, 'slow.mp4'), { seconds: 4, fps: 5 });
    const items = await collect(open(slow));
    expect(story(items)).toBe('connecting live frames ended');
    expect(framesOf(items).map((frame) => frame.ptsMs)).toEqual(Array.from({ length: 31 }, (_, i) => 125 * i));
  });

  it('starts a new window where the resolution changes', async () => {
    const parts = await Promise.all(
      ['320x240', '160x120'].map((size) => makeClip(join(folder, `${size}.ts`), { size, seconds: 2 })),
    );
    const joined = join(folder, 'joined.ts');
    writeFileSync(joined, Buffer.concat(parts.map((part) => readFileSync(part))));
    const items = await collect(open(joined));
    expect(story(items)).toBe('connecting live frames gap:resolution-change frames ended');
    expectOneTimeline(items);
    expect(framesOf(items).length).toBeGreaterThanOrEqual(31);
  });
});

describe('a recording, live', () => {
  it('carries the wall clock and comes in its own time', async () => {
    const before = Date.now();
    const items = await collect(open(clip, { mode: 'live' }), (all) => framesOf(all).length === 9);
    const frames = framesOf(items);
    expect(frames[0]!.capturedAtMs).toBeGreaterThanOrEqual(before);
    expect(frames[8]!.capturedAtMs - frames[0]!.capturedAtMs).toBeGreaterThan(900);
    expect(statesOf(items)[0]!.atMs).toBeGreaterThanOrEqual(before);
  });

  it('drops the oldest frames of a consumer that does not keep up, counts them and leaves a gap', async () => {
    const long = await makeClip(join(folder, 'long.mp4'), { seconds: 12, size: '160x120' });
    const stream = open(long, { mode: 'live', pace: 'asap', fps: 25 });
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    await expect.poll(() => streamStats(stream).decoded, { timeout: 10_000 }).toBe(300);
    const items = [];
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) items.push(next.value);
    const frames = framesOf(items);
    expect(frames.length).toBeLessThan(64);
    expect(streamStats(stream).dropped).toBe(300 - frames.length);
    expect(items.some((item) => item.kind === 'gap' && item.reason === 'missing-frames')).toBe(true);
    expect(statesOf(items).at(-1)!.status).toBe('ended');
  });
});

describe('a source that is not what it should be', () => {
  const write = (name: string, bytes: string | Buffer): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };

  it.each([
    ['a missing file', () => join(folder, 'nothing.mp4'), 'SOURCE_NOT_FOUND'],
    ['an empty file', () => write('empty.mp4', ''), 'SOURCE_CORRUPT'],
    ['a text file', () => write('notes.txt', 'hello world\n'.repeat(1000)), 'SOURCE_UNSUPPORTED'],
    ['a text file that calls itself a film', () => write('text.mp4', 'hello world\n'.repeat(1000)), 'SOURCE_CORRUPT'],
    ['random bytes', () => write('random.mp4', Buffer.alloc(50_000, 'Qx7#')), 'SOURCE_CORRUPT'],
    ['a missing webcam', () => 'webcam:/dev/video99', 'SOURCE_NOT_FOUND'],
  ])('%s fails at once with a code', async (_, source, code) => {
    const items = await collect(open(source(), { mode: 'live' }));
    expect(story(items)).toBe('connecting failed');
    expect(statesOf(items)[1]).toMatchObject({ status: 'failed', code, attempt: 1 });
  });

  it.each(['mp4', 'mkv', 'ts', 'mpg', 'h264', 'avi', 'bin'])(
    'a disk image of noise called .%s fails',
    async (extension) => {
      const items = await collect(open(write(`noise.${extension}`, noiseBytes(extension, 300_000)), { mode: 'live' }));
      expect(framesOf(items)).toEqual([]);
      expect(statesOf(items).at(-1)).toMatchObject({ status: 'failed', attempt: 1 });
      expect(statesOf(items).at(-1)!.code).toMatch(/^SOURCE_(CORRUPT|UNSUPPORTED)$/);
    },
  );

  it('a film without its index fails', async () => {
    const cut = join(folder, 'cut.mp4');
    copyFileSync(clip, cut);
    truncateSync(cut, 20_000);
    expect(statesOf(await collect(open(cut))).at(-1)).toMatchObject({ status: 'failed', code: 'SOURCE_CORRUPT' });
  });

  it('a stream that is cut off gives what there is', async () => {
    const whole = await makeClip(join(folder, 'whole.ts'), { seconds: 4 });
    truncateSync(whole, 90_000);
    const items = await collect(open(whole));
    expect(story(items)).toBe('connecting live frames ended');
    expect(framesOf(items).length).toBeGreaterThan(8);
  });

  it('damaged pictures are counted and do not end the stream', async () => {
    const path = await makeClip(join(folder, 'damaged.ts'), { seconds: 4 });
    const bytes = readFileSync(path);
    for (let at = 5000; at < bytes.length; at += 997) bytes[at] = bytes[at]! ^ 0xff;
    writeFileSync(path, bytes);
    const stream = open(path);
    const items = await collect(stream);
    expect(statesOf(items).at(-1)!.status).toBe('ended');
    expect(framesOf(items).length).toBeGreaterThan(5);
    expect(streamStats(stream).decodeErrors).toBeGreaterThan(0);
  });

  it('a playlist on disk is not followed', async () => {
    const playlist = write('list.m3u8', `#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n${clip}\n#EXT-X-ENDLIST\n`);
    expect(statesOf(await collect(open(playlist))).at(-1)!.status).toBe('failed');
  });
});

describe('openStream', () => {
  const spec = parseSource('test:', { id: 'cam' });
  const options = { fps: 8, preparation: smallPreparation, mode: 'live' } as const;

  it('refuses a kind that is not allowed', () => {
    expect(() => openStream(spec, { ...options, allow: ['rtsp'] })).toThrow(
      expect.objectContaining({ code: 'SOURCE_NOT_ALLOWED' }),
    );
  });

  it('refuses a rate or a crop that cannot work', () => {
    expect(() => openStream(spec, { ...options, fps: 0 })).toThrow(RangeError);
    const preparation = { ...smallPreparation, cropWidth: 65 };
    expect(() => openStream(spec, { ...options, preparation })).toThrow(RangeError);
  });

  it('names the stream after its source, or as asked', async () => {
    expect(openStream(spec, options).streamId).toBe('cam');
    const items = await collect(open('test:?seconds=1', { streamId: 'door' }));
    expect(items.every((item) => JSON.stringify(item).includes('"door"'))).toBe(true);
  });

  it('shows the test pattern for ever, or as long as asked', async () => {
    expect(framesOf(await collect(open('test:?seconds=2&fps=30&size=160x120')))).toHaveLength(16);
  });
});
