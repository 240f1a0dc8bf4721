/** Real H.264 over a real RTSP server to the program, its events heard by a real WebSocket client. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ServerMessage } from '../../src/ws/index.js';
import { realClip } from '../support/clips.js';
import { startCli, type RunningCli } from '../support/cli.js';
import { demoClip, demoTruth, expectDemoActions } from '../support/demo.js';
import { hasRtspServer, startRtspServer, type RtspServer } from '../support/rtsp-server.js';
import { Subscriber, type MessageOf } from '../support/subscriber.js';

const opened: { stop(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const part of opened.splice(0).reverse()) await part.stop();
});

async function serve(file: string, options: { port?: number; once?: boolean } = {}): Promise<RtspServer> {
  const server = await startRtspServer({ file, ...options });
  opened.push({ stop: () => server.kill() });
  return server;
}

/** Starts the program on the source and subscribes to everything, scores included. */
async function watch(...args: string[]): Promise<{ program: RunningCli; subscriber: Subscriber }> {
  const program = startCli(['run', ...args, '--port', '0', '--json']);
  opened.push({
    stop: () => {
      program.child.kill('SIGKILL');
      return program.finished;
    },
  });
  const [url] = await program.waitFor(/ws:\/\/\S+/);
  const subscriber = await Subscriber.connect(url);
  opened.push({
    stop: () => {
      subscriber.close();
      return Promise.resolve();
    },
  });
  subscriber.send({ type: 'subscribe', scores: true });
  return { program, subscriber };
}

const isStatus =
  (status: string) =>
  (message: ServerMessage): message is MessageOf<'stream.state'> =>
    message.type === 'stream.state' && message.status === status;

describe.skipIf(!hasRtspServer())('a camera over RTSP', () => {
  it('gives the events of the demo clip at their times, and ends cleanly within two seconds', async () => {
    const server = await serve(demoClip, { once: true });
    const { program, subscriber } = await watch(`camera=${server.url}`);
    await subscriber.first(isStatus('lost'), { timeoutMs: demoTruth.durationMs + 30_000 });

    expectDemoActions(subscriber.of('action.ended'));

    const asked = performance.now();
    program.child.kill('SIGINT');
    const { code } = await program.finished;
    expect(code).toBe(0);
    expect(performance.now() - asked).toBeLessThan(2000);
  }, 150_000);

  it('is recognised again after the server was killed and restarted', async () => {
    const server = await serve(demoClip);
    const { subscriber } = await watch(`camera=${server.url}`, '--stall-timeout', '1000');
    await subscriber.first((message) => message.type === 'scores');
    await server.kill();
    const lost = await subscriber.first(isStatus('lost'));
    expect(lost.code).toMatch(/^SOURCE_/);
    expect(lost.retryInMs).toBeGreaterThan(0);

    const from = subscriber.messages.indexOf(lost);
    await serve(demoClip, { port: server.port });
    await subscriber.first(isStatus('live'), { from, timeoutMs: 40_000 });
    const scores = await subscriber.first((message) => message.type === 'scores', { from });
    const before = subscriber.messages.slice(0, from).findLast((message) => message.type === 'scores');
    expect(scores).toMatchObject({ windowIndex: before!.windowIndex + 1 });
    await subscriber.first((message) => message.type === 'action.started', { from });
  }, 90_000);

  const real = realClip('long/people_enter_one_by_one__one-by-one-person-detection.mp4');
  it.skipIf(real === undefined)(
    'carries a real recording: every window scored, states and events well-formed',
    async () => {
      const server = await serve(real!, { once: true });
      const { subscriber } = await watch(`camera=${server.url}`);
      await subscriber.first((message) => message.type === 'scores' && message.lastPtsMs > 20_000, {
        timeoutMs: 60_000,
      });
      const indexes = subscriber.of('scores').map(({ windowIndex }) => windowIndex);
      expect(indexes).toEqual(indexes.map((_, i) => indexes[0]! + i));
      expect(subscriber.of('window.dropped')).toEqual([]);
      expect(subscriber.of('stream.gap')).toEqual([]);
    },
    90_000,
  );
});
