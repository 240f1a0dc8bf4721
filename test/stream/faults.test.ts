/** What cameras and servers do, done by a real RTSP server, and what becomes of the stream. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StreamOptions } from '../../src/stream/index.js';
import { makeClip } from '../support/make-clip.js';
import { startRtspRelay } from '../support/rtsp-relay.js';
import { hasRtspServer, startRtspServer, type RtspServer, type RtspServerOptions } from '../support/rtsp-server.js';
import { expectOneTimeline, quickReconnect, statesOf } from '../support/streams.js';
import { StreamWatch } from '../support/watch-stream.js';

/** Tests run at the same time, so each is given its own way to clean up. */
type Finally = (clean: () => Promise<void>) => void;

let folder: string;
let file: string;

async function serve(last: Finally, options: Omit<RtspServerOptions, 'file'> = {}): Promise<RtspServer> {
  const server = await startRtspServer({ file, ...options });
  last(() => server.kill());
  return server;
}

function watch(last: Finally, source: string, options: Partial<StreamOptions> = {}): StreamWatch {
  const stream = new StreamWatch(source, options);
  last(() => stream.close());
  return stream;
}

/** A TCP listener that does with each connection what `act` says; answers its port. */
async function listen(last: Finally, act: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    act(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  last(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

describe('an address without a camera', { concurrent: true }, () => {
  it.for(['rtsp', 'http'])(
    'a host name that nobody knows (%s) is unreachable, and the name is told',
    async (scheme, { onTestFinished }) => {
      const stream = watch(onTestFinished, `${scheme}://viewer:hushhush@camera.invalid/live`);
      await stream.until(() => stream.states('lost').length === 2);
      const [lost] = stream.states('lost');
      expect(lost).toMatchObject({ code: 'SOURCE_UNREACHABLE', retryInMs: 50 });
      expect(lost!.reason).toMatch(/^The host name 'camera\.invalid' was not found \(E\w+\)\.$/);
      expect(JSON.stringify(stream.items)).not.toContain('hushhush');
    },
  );

  it('accepted and then silent: timed out within the time allowed', async ({ onTestFinished }) => {
    const port = await listen(onTestFinished, () => undefined);
    const stream = watch(onTestFinished, `rtsp://127.0.0.1:${port}/live`, { openTimeoutMs: 500 });
    await stream.until(() => stream.states('lost').length === 2);
    const [connecting, lost] = statesOf(stream.items);
    expect(lost).toMatchObject({ status: 'lost', code: 'SOURCE_TIMEOUT', reason: 'Nothing came within 500 ms.' });
    expect(lost!.atMs - connecting!.atMs).toBeGreaterThanOrEqual(500);
    expect(lost!.atMs - connecting!.atMs).toBeLessThan(3000);
  });

  it.for(['rtsp', 'http'])('accepted and closed at once (%s): unreachable', async (scheme, { onTestFinished }) => {
    const port = await listen(onTestFinished, (socket) => void socket.destroy());
    const stream = watch(onTestFinished, `${scheme}://127.0.0.1:${port}/live`);
    await stream.until(() => stream.states('lost').length === 2);
    expect(stream.states('lost')[0]).toMatchObject({ code: 'SOURCE_UNREACHABLE', retryInMs: 50 });
  });

  it('an answer that only says no is unreachable and says so', async ({ onTestFinished }) => {
    const port = await listen(onTestFinished, (socket) => {
      socket.on('data', (request) => {
        const sequence = /CSeq: (\d+)/.exec(request.toString())?.[1] ?? '1';
        socket.write(`RTSP/1.0 453 Not Enough Bandwidth\r\nCSeq: ${sequence}\r\n\r\n`);
      });
    });
    const stream = watch(onTestFinished, `rtsp://127.0.0.1:${port}/live`);
    await stream.until(() => stream.states('lost').length === 1);
    const [lost] = stream.states('lost');
    expect(lost).toMatchObject({ code: 'SOURCE_UNREACHABLE', retryInMs: 50 });
    expect(lost!.reason).toContain('The server refused to show the stream (Server returned 4XX');
  });
});

describe.skipIf(!hasRtspServer())('a server', { concurrent: true }, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'actionwire-faults-'));
    file = await makeClip(join(folder, 'clip.mp4'), { seconds: 3, encoderOptions: { bf: '0', g: '12' } });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.for(['tcp', 'udp'] as const)(
    'over %s: killed, it is lost at once and unreachable; started again, it is live',
    async (rtspTransport, { onTestFinished }) => {
      const server = await serve(onTestFinished);
      const stream = watch(onTestFinished, server.url, { rtspTransport });
      await stream.moreFrames(5);
      const killedAt = Date.now();
      await server.kill();
      await stream.until(() => stream.states('lost').length >= 3);
      const [closed, refused] = stream.states('lost');
      expect(closed!.code).toMatch(/^SOURCE_(ENDED|UNREACHABLE)$/);
      expect(closed!.atMs - killedAt).toBeLessThan(2000);
      expect(refused).toMatchObject({ code: 'SOURCE_UNREACHABLE' });
      expect(refused!.reason).toContain('refused');

      await serve(onTestFinished, { port: server.port });
      await stream.until(() => stream.states('live').length === 2);
      await stream.moreFrames(5);
      expectOneTimeline(stream.items);
      expect(stream.items.filter(({ kind }) => kind === 'gap')).toMatchObject([{ reason: 'reconnect' }]);
    },
  );

  it('refuses the credentials, then accepts them: the stream becomes live by itself', async ({ onTestFinished }) => {
    const server = await serve(onTestFinished, { user: 'viewer', password: 'old' });
    const stream = watch(onTestFinished, server.url.replace('//', '//viewer:new@'));
    await stream.until(() => stream.states('lost').length === 2);
    await server.tell('allow viewer new');
    await stream.moreFrames(3);
    const lost = stream.states('lost');
    // The longest delay from the start: a camera may lock an account that is tried too often.
    expect(new Set(lost.map(({ code, retryInMs }) => `${code} ${retryInMs}`))).toEqual(new Set(['SOURCE_AUTH 200']));
    expect(stream.states('live')).toMatchObject([{ attempt: lost.length + 1 }]);
  });

  it('does not have the path, then has it: the stream becomes live by itself', async ({ onTestFinished }) => {
    const server = await serve(onTestFinished);
    const stream = watch(onTestFinished, server.url.replace('/stream', '/later'));
    await stream.until(() => stream.states('lost').length === 2);
    await server.tell('mount /later');
    await stream.moreFrames(3);
    const lost = stream.states('lost');
    expect(new Set(lost.map(({ code, retryInMs }) => `${code} ${retryInMs}`))).toEqual(
      new Set(['SOURCE_NOT_FOUND 200']),
    );
    expect(stream.states('live')).toMatchObject([{ attempt: lost.length + 1 }]);
  });

  it('closes again and again: every loss is followed by pictures, on one timeline', async ({ onTestFinished }) => {
    const server = await serve(onTestFinished);
    const stream = watch(onTestFinished, server.url);
    for (let closed = 1; closed <= 6; closed++) {
      await stream.until(() => stream.states('live').length === closed);
      await stream.moreFrames(2);
      await server.tell('close');
      await stream.until(() => stream.states('lost').length === closed);
    }
    expect(new Set(stream.states('lost').map(({ code }) => code))).toEqual(new Set(['SOURCE_ENDED']));
    expect(stream.stream.stats().reconnects).toBe(5);
    expectOneTimeline(stream.items);
  });

  it('closes after some seconds each time: the delay does not grow', async ({ onTestFinished }) => {
    const server = await serve(onTestFinished);
    const stream = watch(onTestFinished, server.url, { reconnect: { ...quickReconnect, maxMs: 5000 } });
    for (let closed = 1; closed <= 2; closed++) {
      await stream.until(() => stream.states('live').length === closed);
      const since = Date.now();
      await stream.until(() => Date.now() - since > 3200);
      await server.tell('close');
      await stream.until(() => stream.states('lost').length === closed);
    }
    expect(stream.states('lost').map(({ retryInMs }) => retryInMs)).toEqual([50, 50]);
  });

  it('sends a codec that nobody knows: the stream has failed, for the next attempt would be the same', async ({
    onTestFinished,
  }) => {
    const server = await serve(onTestFinished);
    const relay = await startRtspRelay(server.url);
    onTestFinished(() => relay.close());
    relay.answer = (text) => text.replace('H264/90000', 'H299/90000');
    const stream = watch(onTestFinished, relay.url);
    await stream.until(() => stream.states('failed').length === 1);
    expect(statesOf(stream.items)).toMatchObject([{ status: 'connecting' }, { code: 'SOURCE_CODEC', attempt: 1 }]);
  });
});
