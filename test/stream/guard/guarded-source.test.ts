/** Sources that a request has named, on real servers: FFmpeg reaches the camera and nothing else, wherever it is sent. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StreamItem } from '../../../src/core/types.js';
import { makeClip } from '../../support/make-clip.js';
import { hasRtspServer, startRtspServer } from '../../support/rtsp-server.js';
import { serveFile } from '../../support/serve-file.js';
import { collect, framesOf, open, statesOf, story } from '../../support/streams.js';

let folder: string;
let camera: Server;
let base: string;
let port: number;
/** Stands for what must not be reached; everything that was sent to it is remembered. */
let inside: TcpServer;
let insidePort: number;
let touched: string[];
const routes = new Map<string, (response: ServerResponse) => void>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'actionwire-guard-'));
  await makeClip(join(folder, 'clip.mp4'), { seconds: 2 });
  await makeClip(join(folder, 'list.m3u8'), { seconds: 2, muxerOptions: { hls_time: '1', hls_list_size: '0' } });
  camera = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const route = routes.get(pathname);
    if (route === undefined) serveFile(join(folder, pathname), request, response);
    else route(response);
  });
  inside = createTcpServer((socket) => {
    touched.push('connected');
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => touched.push(data.toString('latin1')));
  });
  for (const server of [camera, inside]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = (camera.address() as AddressInfo).port;
  insidePort = (inside.address() as AddressInfo).port;
  base = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  camera.closeAllConnections();
  for (const server of [camera, inside]) await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  routes.clear();
  touched = [];
});

/** What the stream does within the guard, until its first failure or its end. */
function guarded(url: string, allowHosts: readonly string[] = [`http://127.0.0.1:${port}`]): Promise<StreamItem[]> {
  const enough = (items: readonly StreamItem[]): boolean => statesOf(items).at(-1)?.status === 'lost';
  return collect(open(url, { mode: 'replay', allowHosts, openTimeoutMs: 5000, stallTimeoutMs: 2000 }), enough);
}

const redirect = (to: string) => (response: ServerResponse) => void response.writeHead(302, { location: to }).end();
const playlist =
  (...lines: string[]) =>
  (response: ServerResponse) =>
    void response.end(['#EXTM3U', '#EXT-X-TARGETDURATION:4', ...lines, '#EXT-X-ENDLIST', ''].join('\n'));

function expectRefused(items: readonly StreamItem[]): void {
  expect(touched).toEqual([]);
  expect(framesOf(items)).toEqual([]);
  expect(statesOf(items).at(-1)?.status).toBe('failed');
}

describe('what is allowed works as without the guard', () => {
  it.each([
    ['a recording', 'clip.mp4'],
    ['a playlist', 'list.m3u8'],
    ['a redirect to an allowed address', 'moved'],
  ])('%s', async (_, path) => {
    routes.set('/moved', redirect(`${base}/clip.mp4`));
    const items = await guarded(`${base}/${path}`);
    expect(story(items)).toBe('connecting live frames ended');
    expect(framesOf(items).length).toBeGreaterThanOrEqual(15);
  });

  it('the password reaches the camera', async () => {
    const seen: (string | undefined)[] = [];
    const remember = (request: IncomingMessage): void => void seen.push(request.headers.authorization);
    camera.on('request', remember);
    routes.set('/cam', (response) => void response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end());
    const items = await guarded(`${base.replace('//', '//joe:p%40ss@')}/cam`);
    camera.off('request', remember);
    expect(seen).toContain(`Basic ${Buffer.from('joe:p@ss').toString('base64')}`);
    expect(statesOf(items).at(-1)).toMatchObject({ code: 'SOURCE_AUTH' });
  });
});

it('an allowed host that is not there is unreachable, not a matter of access', async () => {
  const gone = createTcpServer();
  await new Promise<void>((done) => gone.listen(0, '127.0.0.1', done));
  const address = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
  await new Promise((done) => gone.close(done));
  routes.set('/moved', redirect(`${address}/x`));
  const items = await guarded(`${base}/moved`, [`http://127.0.0.1:${port}`, address]);
  expect(statesOf(items).at(-1)).toMatchObject({ code: 'SOURCE_UNREACHABLE' });
});

describe('what is not allowed is not reached', () => {
  it('the host itself, also when its name was rebound after the first check', async () => {
    const items = await guarded(`http://127.0.0.1:${insidePort}/clip.mp4`);
    expectRefused(items);
    expect(statesOf(items).at(-1)).toMatchObject({ code: 'SOURCE_NOT_ALLOWED' });
  });

  it.each(['http://127.0.0.1:PORT/x', 'http://localhost:PORT/x', 'http://2130706433:PORT/x', 'http://0x7f.1:PORT/x'])(
    'a redirect to %s',
    async (to) => {
      routes.set('/moved', redirect(to.replace('PORT', String(insidePort))));
      const items = await guarded(`${base}/moved`);
      expectRefused(items);
      expect(statesOf(items).at(-1)).toMatchObject({ code: 'SOURCE_NOT_ALLOWED' });
    },
  );

  it.each(['https', 'tcp', 'httpproxy', 'rtsp', 'rtp', 'udp', 'ftp', 'gopher', 'concat', 'crypto+http'])(
    'a redirect to %s',
    async (scheme) => {
      routes.set('/moved', redirect(`${scheme}://127.0.0.1:${insidePort}/x`));
      expectRefused(await guarded(`${base}/moved`));
    },
  );

  it.each([
    ['a segment', '#EXTINF:4,', 'http://127.0.0.1:PORT/a.ts'],
    ['a segment through FFmpeg’s proxy protocol', '#EXTINF:4,', 'httpproxy://127.0.0.1:PORT/other:80'],
    ['a segment over TCP', '#EXTINF:4,', 'tcp://127.0.0.1:PORT/a.ts'],
    ['a decrypted segment', '#EXTINF:4,', 'crypto+http://127.0.0.1:PORT/a.ts'],
    ['a key', '#EXT-X-KEY:METHOD=AES-128,URI="http://127.0.0.1:PORT/key"\n#EXTINF:1,', '/list0.ts'],
    ['an initialisation section', '#EXT-X-MAP:URI="http://127.0.0.1:PORT/init.mp4"\n#EXTINF:1,', '/list0.ts'],
    ['another playlist', '#EXT-X-STREAM-INF:BANDWIDTH=1', 'http://127.0.0.1:PORT/other.m3u8'],
    ['a segment that is redirected', '#EXTINF:4,', '/moved.ts'],
  ])('%s in a playlist', async (_, ...lines) => {
    routes.set('/moved.ts', redirect(`http://127.0.0.1:${insidePort}/a.ts`));
    routes.set('/evil.m3u8', playlist(...lines.map((line) => line.replace('PORT', String(insidePort)))));
    expectRefused(await guarded(`${base}/evil.m3u8`));
  });

  it('a password for the camera is not shown in the refusal', async () => {
    routes.set('/moved', redirect(`http://u:t0ps3cret@127.0.0.1:${insidePort}/x?key=t0ps3cret`));
    const items = await guarded(`${base.replace('//', '//joe:t0ps3cret@')}/moved`);
    expectRefused(items);
    expect(JSON.stringify(items)).not.toContain('t0ps3cret');
  });
});

describe('RTSP', () => {
  it.each([
    ['302 Found', (url: string) => `RTSP/1.0 302 Found\r\nCSeq: 1\r\nLocation: ${url}\r\n\r\n`],
    ['a reply that is written strangely', (url: string) => `RT\rSP/1.0    305 x\nCSeq: 1\nLocation: ${url}\n\n`],
  ])('a redirect is not followed: %s', async (_, reply) => {
    const sockets = new Set<Socket>();
    const server = createTcpServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      // Byte by byte, so that no part of the reply arrives as a whole.
      socket.once('data', () => {
        for (const byte of reply(`rtsp://127.0.0.1:${insidePort}/x`)) socket.write(byte);
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port: rtspPort } = server.address() as AddressInfo;
    try {
      const items = await guarded(`rtsp://127.0.0.1:${rtspPort}/cam`, ['rtsp://127.0.0.1']);
      expectRefused(items);
      expect(statesOf(items).at(-1)).toMatchObject({ code: 'SOURCE_NOT_ALLOWED' });
    } finally {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    }
  });

  it('another host is not connected to', async () => {
    const items = await guarded(`rtsp://127.0.0.1:${insidePort}/cam`, ['rtsp://10.0.0.0/8']);
    expectRefused(items);
    expect(statesOf(items).at(-1)).toMatchObject({ code: 'SOURCE_NOT_ALLOWED' });
  });

  it.skipIf(!hasRtspServer())('a camera with a password is watched through the guard', async () => {
    const file = join(folder, 'clip.mp4');
    const server = await startRtspServer({ file, user: 'joe', password: 'p@ss w:rd' });
    try {
      const url = server.url.replace('//', `//joe:${encodeURIComponent('p@ss w:rd')}@`);
      const options = { mode: 'live', allowHosts: ['rtsp://127.0.0.0/8'] } as const;
      const items = await collect(open(url, options), (all) => framesOf(all).length === 8);
      expect(story(items)).toBe('connecting live frames');
    } finally {
      await server.kill();
    }
  });
});
