import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeClip } from '../support/make-clip.js';
import { noiseBytes } from '../support/noise-bytes.js';
import { listen, serveFile, type TestServer } from '../support/serve-file.js';
import { collect, expectOneTimeline, framesOf, open, statesOf, story } from '../support/streams.js';

let folder: string;
let server: TestServer;
let base: string;
let jpegs: Buffer[];
type Handler = (request: IncomingMessage, response: ServerResponse) => void;
const routes = new Map<string, Handler>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'actionwire-http-'));
  await makeClip(join(folder, 'clip.mp4'), { seconds: 4 });
  await makeClip(join(folder, 'list.m3u8'), { seconds: 4, muxerOptions: { hls_time: '1', hls_list_size: '0' } });
  await makeClip(join(folder, 'pictures.mjpeg'), { seconds: 1, codec: 'mjpeg' });
  jpegs = splitJpegs(readFileSync(join(folder, 'pictures.mjpeg')));
  server = await listen((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const route = routes.get(pathname);
    if (route === undefined) serveFile(join(folder, pathname), request, response);
    else route(request, response);
  });
  ({ base } = server);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => routes.clear());

function splitJpegs(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at >= 0 && at < bytes.length;) {
    const next = bytes.indexOf(Buffer.of(0xff, 0xd8, 0xff), at + 3);
    parts.push(bytes.subarray(at, next < 0 ? bytes.length : next));
    at = next;
  }
  return parts;
}

/** Sends pictures as an MJPEG camera does, `fps` per second, and hangs up after `count`. */
function camera(fps: number, count = Infinity): Handler {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=frame' });
    let sent = 0;
    const timer = setInterval(() => {
      const jpeg = jpegs[sent % jpegs.length]!;
      response.write(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`);
      response.write(jpeg);
      response.write('\r\n');
      if (++sent < count) return;
      clearInterval(timer);
      response.end();
    }, 1000 / fps);
    response.on('close', () => clearInterval(timer));
  };
}

function refusing(code: number): Handler {
  return (_, response) => void response.writeHead(code, { 'www-authenticate': 'Basic realm="x"' }).end();
}

describe('http sources', () => {
  it('MP4: the whole recording, then its end', async () => {
    const items = await collect(open(`${base}/clip.mp4`));
    expect(story(items)).toBe('connecting live frames ended');
    expect(framesOf(items)).toHaveLength(32);
  });

  it('HLS: all segments, then its end', async () => {
    const items = await collect(open(`${base}/list.m3u8`));
    expect(story(items)).toBe('connecting live frames ended');
    expect(framesOf(items).length).toBeGreaterThanOrEqual(31);
  });

  it('MJPEG: the time of arrival is the time of the picture, whatever the rate', async () => {
    routes.set('/cam', camera(10));
    const begin = performance.now();
    const items = await collect(open(`${base}/cam`, { mode: 'live' }), (all) => framesOf(all).length === 17);
    const frames = framesOf(items);
    const elapsed = performance.now() - begin;
    expect(frames.at(-1)!.ptsMs).toBe(16 * 125);
    expect(elapsed).toBeGreaterThan(1800);
    expect(elapsed).toBeLessThan(4500);
  });

  it('MJPEG: a camera that hangs up is lost and comes back', async () => {
    routes.set('/cam', camera(25, 20));
    const lives = (all: Parameters<typeof statesOf>[0]): number =>
      statesOf(all).filter(({ status }) => status === 'live').length;
    const items = await collect(open(`${base}/cam`, { mode: 'live' }), (all) => lives(all) === 3);
    expect(story(items)).toMatch(/^connecting live frames lost gap:reconnect connecting live frames lost /);
    expect(statesOf(items).find(({ status }) => status === 'lost')).toMatchObject({ code: 'SOURCE_ENDED' });
    expectOneTimeline(items);
  });

  it('MJPEG: a camera that falls silent is stalled, then lost', async () => {
    const silent: Handler = (request, response) => {
      camera(25, 20)(request, Object.assign(response, { end: () => response }));
    };
    routes.set('/cam', silent);
    const options = { mode: 'live', stallTimeoutMs: 400 } as const;
    const items = await collect(open(`${base}/cam`, options), (all) => statesOf(all).at(-1)?.status === 'lost');
    expect(story(items)).toBe('connecting live frames stalled lost');
    const [stalled, lost] = statesOf(items).slice(-2);
    expect(stalled).toMatchObject({ code: 'SOURCE_STALLED' });
    expect(lost!.atMs - stalled!.atMs).toBeLessThan(1500);
  });

  it.each([
    [401, 'SOURCE_AUTH', 200],
    [403, 'SOURCE_AUTH', 200],
    [404, 'SOURCE_NOT_FOUND', 200],
    [500, 'SOURCE_UNREACHABLE', 50],
  ])('%i is %s and tried again at its own pace', async (status, code, retryInMs) => {
    routes.set('/cam', refusing(status));
    const items = await collect(open(`${base}/cam`, { mode: 'live' }), (all) => statesOf(all).length === 2);
    expect(statesOf(items)[1]).toMatchObject({ status: 'lost', code, retryInMs });
  });

  it('a server that never answers times out', async () => {
    routes.set('/cam', () => undefined);
    const options = { mode: 'live', openTimeoutMs: 300 } as const;
    const items = await collect(open(`${base}/cam`, options), (all) => statesOf(all).length === 2);
    expect(statesOf(items)[1]).toMatchObject({ status: 'lost', code: 'SOURCE_TIMEOUT' });
  });

  it('noise is corrupt, and tried again', async () => {
    const noisy: Handler = (_, response) => void response.end(noiseBytes(1, 300_000));
    routes.set('/cam.mp4', noisy);
    const items = await collect(open(`${base}/cam.mp4`, { mode: 'live' }), (all) => statesOf(all).length === 4);
    expect(story(items)).toBe('connecting lost connecting lost');
    expect(statesOf(items)[1]).toMatchObject({ code: 'SOURCE_CORRUPT', retryInMs: 50 });
  });

  it('a port where nobody listens is unreachable', async () => {
    const items = await collect(open('http://127.0.0.1:1/x', { mode: 'live' }), (all) => statesOf(all).length === 2);
    expect(statesOf(items)[1]).toMatchObject({ status: 'lost', code: 'SOURCE_UNREACHABLE' });
  });

  it.each([
    ['by name', (clip: string) => clip],
    ['by file URL', (clip: string) => `file://${clip}`],
    ['by a trick', (clip: string) => `subfile,,start,0,end,0,,:${clip}`],
    ['through concat', (clip: string) => `concat:${clip}`],
  ])('a playlist that names a local file %s is refused', async (_, entry) => {
    const clip = entry(join(folder, 'list0.ts'));
    const playlist = `#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n${clip}\n#EXT-X-ENDLIST\n`;
    routes.set('/evil.m3u8', (__, response) => void response.end(playlist));
    const items = await collect(open(`${base}/evil.m3u8`), (all) => statesOf(all).length === 2);
    expect(framesOf(items)).toEqual([]);
    expect(statesOf(items)[1]!.status).toBe('failed');
  });

  it('a password reaches the server and nothing else', async () => {
    let authorization: string | undefined;
    routes.set('/cam', (request, response) => {
      authorization = request.headers.authorization;
      refusing(authorization === undefined ? 401 : 403)(request, response);
    });
    const url = `${base.replace('//', '//camera:p@ss w:rd@')}/cam?token=hushhush`;
    const items = await collect(open(url, { mode: 'live' }), (all) => statesOf(all).length === 2);
    expect(authorization).toBe(`Basic ${Buffer.from('camera:p@ss w:rd').toString('base64')}`);
    expect(JSON.stringify(items)).not.toMatch(/p@ss|p%40ss|w:rd|hushhush/);
  });
});
