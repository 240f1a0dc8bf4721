import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { StreamItem, StreamStatus } from '../../src/core/types.js';
import { makeClip } from '../support/make-clip.js';
import { hasRtspServer, startRtspServer, type RtspServer, type RtspServerOptions } from '../support/rtsp-server.js';
import { collect, framesOf, open, statesOf, story } from '../support/streams.js';

const live = { mode: 'live' } as const;
let folder: string;
let file: string;

async function serve(options: Omit<RtspServerOptions, 'file'> = {}): Promise<RtspServer> {
  const server = await startRtspServer({ file, ...options });
  onTestFinished(() => server.kill());
  return server;
}

const count = (items: readonly StreamItem[], status: StreamStatus): number =>
  statesOf(items).filter((state) => state.status === status).length;

describe.skipIf(!hasRtspServer())('rtsp sources', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'actionwire-rtsp-'));
    file = await makeClip(join(folder, 'clip.mp4'), { seconds: 3, encoderOptions: { bf: '0' } });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['tcp', 'udp'] as const)('frames arrive over %s, at the sampling rate', async (rtspTransport) => {
    const server = await serve();
    const items = await collect(open(server.url, { ...live, rtspTransport }), (all) => framesOf(all).length === 25);
    expect(story(items)).toBe('connecting live frames');
    const frames = framesOf(items);
    expect(frames.at(-1)!.ptsMs).toBe(24 * 125);
    const wallMs = frames.at(-1)!.capturedAtMs - frames[0]!.capturedAtMs;
    expect(wallMs).toBeGreaterThan(2500);
    expect(wallMs).toBeLessThan(4500);
  });

  it('pictures are not late: each follows the one before at its own time', async () => {
    const server = await serve();
    const frames = framesOf(await collect(open(server.url, live), (all) => framesOf(all).length === 17));
    const lateness = frames.map(
      (frame) => frame.capturedAtMs - frame.ptsMs - (frames[0]!.capturedAtMs - frames[0]!.ptsMs),
    );
    expect(Math.max(...lateness)).toBeLessThan(400);
  });

  it('without or with wrong credentials access is refused, with the right ones it is live', async () => {
    const server = await serve({ user: 'viewer', password: 'p@ss:w/rd' });
    const as = (user: string): string => server.url.replace('//', `//${user}@`);
    for (const url of [server.url, as('viewer:wrong')]) {
      const items = await collect(open(url, live), (all) => statesOf(all).length === 2);
      expect(statesOf(items)[1]).toMatchObject({ status: 'lost', code: 'SOURCE_AUTH', retryInMs: 200 });
      expect(JSON.stringify(items)).not.toContain('wrong');
    }
    const items = await collect(open(as('viewer:p@ss:w%2Frd'), live), (all) => framesOf(all).length === 2);
    expect(story(items)).toBe('connecting live frames');
  });

  it('frozen, it is stalled within the time allowed; thawed, it is live again without a new connection', async () => {
    const server = await serve();
    let frozenAt = 0;
    const items = await collect(open(server.url, { ...live, stallTimeoutMs: 1500 }), (all) => {
      if (framesOf(all).length === 5 && frozenAt === 0) {
        frozenAt = Date.now();
        server.freeze();
      }
      if (statesOf(all).at(-1)?.status === 'stalled') server.thaw();
      return count(all, 'live') === 2;
    });
    const stalled = statesOf(items).find(({ status }) => status === 'stalled')!;
    expect(stalled.code).toBe('SOURCE_STALLED');
    expect(stalled.atMs - frozenAt).toBeLessThan(2500);
    expect(story(items)).toMatch(/^connecting live frames stalled (gap:[a-z-]+ )?live$/);
    expect(statesOf(items).at(-1)!.attempt).toBe(1);
  });

  it('frozen for good, it is lost and looked for again', async () => {
    const server = await serve();
    const options = { ...live, stallTimeoutMs: 500, openTimeoutMs: 500 };
    const items = await collect(open(server.url, options), (all) => {
      if (framesOf(all).length === 3) server.freeze();
      return count(all, 'lost') === 2;
    });
    const lost = statesOf(items).filter(({ status }) => status === 'lost');
    expect(lost.map(({ code }) => code)).toEqual(['SOURCE_STALLED', 'SOURCE_TIMEOUT']);
  });

  it('its end is a loss: a camera does not end', async () => {
    const server = await serve({ once: true });
    const items = await collect(open(server.url, live), (all) => count(all, 'connecting') === 2);
    expect(story(items)).toMatch(/^connecting live frames (stalled )?lost gap:reconnect connecting$/);
  });

  it('nobody at the port: unreachable, with growing delays', async () => {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const { port } = socket.address();
    socket.close();
    const items = await collect(open(`rtsp://127.0.0.1:${port}/x`, live), (all) => count(all, 'lost') === 4);
    const lost = statesOf(items).filter(({ status }) => status === 'lost');
    expect(lost.map(({ retryInMs }) => retryInMs)).toEqual([50, 100, 200, 200]);
    expect(new Set(lost.map(({ code }) => code))).toEqual(new Set(['SOURCE_UNREACHABLE']));
  });
});
