/** What cameras differ in, on a real RTSP server: codecs, order of pictures, authentication, and what else they send. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { makeNumberedClip, numberOf, type NumberedClip } from '../support/numbered-clip.js';
import { hasRtspServer, startRtspServer, type RtspServer, type RtspServerOptions } from '../support/rtsp-server.js';
import { collect, expectOneTimeline, framesOf, open, statesOf, story } from '../support/streams.js';

const everyPicture = { mode: 'live', fps: 25 } as const;
const small = { size: '160x120', pictures: 50, encoderOptions: { bf: '0' } };
let folder: string;

const clip = (name: string, options: Partial<NumberedClip> = {}): Promise<string> =>
  makeNumberedClip(join(folder, name), { ...small, ...options });

async function serve(options: RtspServerOptions): Promise<RtspServer> {
  const server = await startRtspServer(options);
  onTestFinished(() => server.kill());
  return server;
}

describe.skipIf(!hasRtspServer())('cameras', () => {
  let plain: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'actionwire-cameras-'));
    plain = await clip('plain.mp4');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['h264 with B-frames', 'b.mp4', 'libx264', 'h264', 'h264', { bf: '3', 'x264-params': 'b-adapt=0' }],
    ['h265', 'h265.mp4', 'libx265', 'h265', 'hevc', {}],
    ['mjpeg', 'jpeg.mkv', 'mjpeg', 'jpeg', 'mjpeg', {}],
    ['vp9', 'vp9.webm', 'libvpx-vp9', 'vp9', 'vp9', {}],
  ] as const)('%s: every picture, in order, at its time', async (_, name, encoder, codec, decoder, encoderOptions) => {
    const server = await serve({ file: await clip(name, { codec: encoder, encoderOptions }), codec });
    const items = await collect(open(server.url, everyPicture), (all) => framesOf(all).length === 40);
    expect(statesOf(items).find(({ status }) => status === 'live')!.decoder).toEqual({ name: decoder });
    // Which pictures come out of their order, a decoder of live pictures learns from the first few.
    const [, , start, ...frames] = framesOf(items);
    for (const frame of frames) {
      const stepMs = frame.ptsMs - start!.ptsMs;
      expect(numberOf(frame)).toBe(numberOf(start!) + Math.round(stepMs / 40));
    }
    expect(story(items)).toBe('connecting live frames');
  });

  it('the 32-bit clock of RTP runs over, and nothing happens', async () => {
    const server = await serve({ file: plain, timestampOffset: 2 ** 32 - 90_000 });
    const items = await collect(open(server.url, everyPicture), (all) => framesOf(all).length === 40);
    expect(story(items)).toBe('connecting live frames');
    expectOneTimeline(items);
  });

  it('sound beside the video is not even asked for', async () => {
    const server = await serve({ file: plain, audio: true });
    const items = await collect(open(server.url, everyPicture), (all) => framesOf(all).length === 10);
    expect(story(items)).toBe('connecting live frames');
  });

  it('another resolution in the middle: a gap, and on', async () => {
    const server = await serve({ file: [plain, await clip('large.mp4', { size: '320x240' })] });
    const items = await collect(open(server.url, everyPicture), (all) => framesOf(all).length === 70);
    expect(story(items)).toBe('connecting live frames gap:resolution-change frames');
    expectOneTimeline(items);
  });

  it('set from H.264 to H.265: lost for a moment, then live with the other decoder', async () => {
    const before = await serve({ file: plain });
    const file = await clip('after.mp4', { codec: 'libx265', encoderOptions: {} });
    let after: Promise<RtspServer> | undefined;
    const reconfigure = async (): Promise<RtspServer> => {
      await before.kill();
      return serve({ file, codec: 'h265', port: before.port });
    };
    const items = await collect(open(before.url, { ...everyPicture, stallTimeoutMs: 1000 }), (all) => {
      if (framesOf(all).length === 5) after ??= reconfigure();
      return statesOf(all).filter(({ status }) => status === 'live').length === 2 && framesOf(all).length > 20;
    });
    await after;
    const decoders = statesOf(items).flatMap(({ decoder }) => (decoder === undefined ? [] : [decoder.name]));
    expect(decoders).toEqual(['h264', 'hevc']);
    expectOneTimeline(items);
  });

  describe.each(['basic', 'digest'] as const)('%s authentication', (scheme) => {
    it.each([
      ['viewer', 'secret'],
      ['view@er', 'p@ss:w/rd?#%41 ü&=+;'],
      ['b b', '100%'],
    ])('of %s with %j, percent-encoded', async (user, password) => {
      const server = await serve({ file: plain, user, password, digest: scheme === 'digest' });
      const as = (given: string): string =>
        server.url.replace('//', `//${encodeURIComponent(user)}:${encodeURIComponent(given)}@`);
      const items = await collect(open(as(password), everyPicture), (all) => framesOf(all).length === 2);
      expect(story(items)).toBe('connecting live frames');
      const refused = await collect(open(as(`${password}x`), everyPicture), (all) => statesOf(all).length === 2);
      expect(statesOf(refused)[1]).toMatchObject({ status: 'lost', code: 'SOURCE_AUTH' });
      expect(JSON.stringify(refused)).not.toContain(password);
    });

    it('of a raw password, but for slash, question mark and number sign', async () => {
      const password = 'p@ss:w rd%ü&=+;';
      const server = await serve({ file: plain, user: 'viewer', password, digest: scheme === 'digest' });
      const url = server.url.replace('//', `//viewer:${password}@`);
      const items = await collect(open(url, everyPicture), (all) => framesOf(all).length === 2);
      expect(story(items)).toBe('connecting live frames');
    });
  });
});
