/** What one stream may cost this machine: pictures too large, and a decoder process that uses too much memory. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usedMb } from '../../src/stream/memory-watch.js';
import { makeClip } from '../support/make-clip.js';
import { collect, decoderPids, expectOneTimeline, framesOf, open, statesOf, story } from '../support/streams.js';

const linux = process.platform === 'linux';
let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'actionwire-memory-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Looks every 50 ms; answers the most that any decoder process was seen to have held at once, megabytes. */
function watchPeak(): () => number {
  let peak = 0;
  const timer = setInterval(() => {
    for (const pid of decoderPids()) {
      try {
        const status = readFileSync(`/proc/${pid}/status`, 'latin1');
        peak = Math.max(peak, Number(/^VmHWM:\s*(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
      } catch {
        // The process has just ended.
      }
    }
  }, 50);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

describe('pictures above 40 million pixels are refused before memory is set aside for them', () => {
  it.skipIf(!linux).each([
    ['8000 x 6000', 'SOURCE_UNSUPPORTED', () => 'YUV4MPEG2 W8000 H6000 F25:1 C420jpeg\nFRAME\n'],
    ['16000 x 16000', 'SOURCE_UNSUPPORTED', () => enlarged(readFileSync(join(folder, 'small.avi')), 16_000)],
    // Above what FFmpeg takes for a size at all.
    ['20000 x 20000', 'SOURCE_CORRUPT', () => enlarged(readFileSync(join(folder, 'small.avi')), 20_000)],
  ])('%s', async (size, code, bytes) => {
    await makeClip(join(folder, 'small.avi'), { seconds: 0.2, codec: 'mjpeg' });
    const file = join(folder, 'large.avi');
    writeFileSync(file, bytes());
    const peak = watchPeak();
    const items = await collect(open(file, { mode: 'live' }));
    const peakMb = peak();
    expect(story(items)).toBe('connecting failed');
    expect(statesOf(items)[1]).toMatchObject({ code });
    if (code === 'SOURCE_UNSUPPORTED') expect(statesOf(items)[1]!.reason).toContain(size);
    // One such picture would take 70 MB or more on top of what every decoder process takes.
    expect(peakMb).toBeGreaterThan(0);
    expect(peakMb).toBeLessThan(130);
  });
});

/** The same AVI, whose container and pictures say that they are squares of `size`. */
function enlarged(avi: Buffer, size: number): Buffer {
  const format = avi.indexOf('strf') + 8;
  avi.writeInt32LE(size, format + 4);
  avi.writeInt32LE(size, format + 8);
  const startOfFrame = Buffer.of(0xff, 0xc0, 0x00, 0x11);
  for (let at = avi.indexOf(startOfFrame); at >= 0; at = avi.indexOf(startOfFrame, at + 1)) {
    avi.writeUInt16BE(size, at + 5);
    avi.writeUInt16BE(size, at + 7);
  }
  return avi;
}

describe.skipIf(!linux)('a decoder that uses more memory than allowed', () => {
  /** Pictures of 8K, of which the decoder keeps several: more than 600 MB. */
  let clip: string;
  const limit = { mode: 'live', maxMemoryMb: 300, loop: true } as const;
  const failure = { code: 'SOURCE_MEMORY', reason: 'The decoder used more memory than the 300 MB allowed.' };
  beforeAll(async () => {
    const graph = 'testsrc2=size=7680x4320:rate=25:duration=0.4';
    clip = await makeClip(join(folder, 'big.ts'), {
      graph,
      encoderOptions: { preset: 'ultrafast', refs: '6', qp: '51' },
    });
  }, 60_000);

  it('is ended, a recording has failed, and another stream of the same limit loses nothing', async () => {
    const stop = new AbortController();
    const other = collect(open('test:?size=160x120', { ...limit, fps: 25, signal: stop.signal }));
    const items = await collect(open(clip, limit));
    stop.abort();
    expect(statesOf(items).at(-1)).toMatchObject({ status: 'failed', ...failure });
    const others = await other;
    expect(decoderPids()).toEqual([]);
    expect(story(others)).toBe('connecting live frames');
    expectOneTimeline(others);
  }, 30_000);

  it('is ended, and a camera is tried again at the longest delay', async () => {
    const server = createServer((_, response) => {
      const timer = setInterval(() => response.write(readFileSync(clip)), 400);
      response.on('close', () => clearInterval(timer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/big.ts`;
      const items = await collect(open(url, limit), (all) => statesOf(all).some(({ status }) => status === 'lost'));
      expect(statesOf(items).at(-1)).toMatchObject({ status: 'lost', retryInMs: 200, ...failure });
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }, 30_000);

  it('is left alone where there is no limit', async () => {
    const peak = watchPeak();
    const items = await collect(open(clip, { ...limit, maxMemoryMb: 0 }), (all) => framesOf(all).length === 4);
    expect(peak()).toBeGreaterThan(limit.maxMemoryMb);
    expect(statesOf(items).map(({ status }) => status)).toEqual(['connecting', 'live']);
    expect(() => open(clip, { maxMemoryMb: -1 })).toThrow(RangeError);
  }, 30_000);
});

it('memory counts in swap as well; a process that has ended has none', () => {
  expect(usedMb('VmPeak:\t 999999 kB\nVmRSS:\t  102400 kB\nRssAnon:\t 50 kB\nVmSwap:\t   51200 kB\n')).toBe(150);
  expect(usedMb('')).toBe(0);
});
