/** Decoder processes that stop, spin, crash and abort under the whole program: each costs its own stream alone a moment. */
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ServerMessage } from '../../src/ws/index.js';
import { writeTinyModel, type TinyModel } from '../infer/support/tiny-model.js';
import { startCli } from '../support/cli.js';
import { demoClip } from '../support/demo.js';
import { makeClip } from '../support/make-clip.js';
import { decoderPids } from '../support/streams.js';
import { Subscriber } from '../support/subscriber.js';

/** A decoder that says nothing is killed after about one second, elsewhere than on Linux four; the rest is the back-off and a new process. Milliseconds. */
const linux = process.platform === 'linux';
const longestOutageMs = linux ? 6000 : 10_000;
/** What the state says of each way to strike a decoder. */
const reasons: Partial<Record<NodeJS.Signals, string>> = linux
  ? { SIGSTOP: 'is stopped', SIGUSR2: 'spins' }
  : { SIGSTOP: 'stopped answering', SIGUSR2: 'stopped answering' };

let model: TinyModel;
let folder: string;
beforeAll(async () => {
  model = await writeTinyModel();
  folder = mkdtempSync(join(tmpdir(), 'actionwire-isolation-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await model.remove();
});

/** The decoder process of the program `parent` that has `file` open; undefined while there is none. */
function decoderReading(parent: number, file: string): number | undefined {
  return decoderPids(parent).find((pid) => {
    const fds = `/proc/${pid}/fd`;
    try {
      return readdirSync(fds).some((fd) => readlinkSync(join(fds, fd)) === file);
    } catch {
      return false; // it ended, or closed a file, while we looked
    }
  });
}

async function watch(sources: readonly string[]): Promise<{ pid: number; health: string; subscriber: Subscriber }> {
  const options = ['--model', model.dir, '--fps', '8', '--stride', '4', '--loop', '--port', '0', '--json'];
  const program = startCli(['run', ...sources, ...options], {
    ACTIONWIRE_CACHE_DIR: model.cacheDir,
    NODE_OPTIONS: `--import ${new URL('../support/spin-on-signal.mjs', import.meta.url).href}`,
  });
  onTestFinished(async () => {
    program.child.kill('SIGKILL');
    await program.finished;
  });
  const [url, host] = await program.waitFor(/ws:\/\/([^/]+)\/ws/);
  const subscriber = await Subscriber.connect(url);
  onTestFinished(() => subscriber.close());
  subscriber.send({ type: 'subscribe', scores: true });
  return { pid: program.child.pid!, health: `http://${host!}/healthz`, subscriber };
}

const of = (streamId: string) => (message: ServerMessage) => 'streamId' in message && message.streamId === streamId;

describe.skipIf(process.platform !== 'linux')('a decoder process that goes wrong', () => {
  it('takes down its own stream for a moment; another stream loses no window', { timeout: 90_000 }, async () => {
    const [a, b] = await Promise.all(
      ['a', 'b'].map((name) => makeClip(join(folder, `${name}.mp4`), { seconds: 60, fps: 10, size: '160x120' })),
    );
    const { pid, health, subscriber } = await watch([`a=${a!}`, `b=${b!}`, `calm=${demoClip}`]);
    const scored = (streamId: string, from = 0): Promise<ServerMessage> =>
      subscriber.first((message) => message.type === 'scores' && of(streamId)(message), { from });
    await Promise.all(['a', 'b', 'calm'].map((streamId) => scored(streamId)));

    /** Strikes the stream's decoder; resolves when the stream is scored again. */
    const strike = async (streamId: string, file: string, signal: NodeJS.Signals): Promise<void> => {
      const from = subscriber.messages.length;
      const struckAt = performance.now();
      process.kill(decoderReading(pid, file)!, signal);
      const next = (status: string): Promise<ServerMessage> =>
        subscriber.first(
          (message) => message.type === 'stream.state' && message.status === status && of(streamId)(message),
          { from },
        );
      const lost = await next('lost');
      expect(lost).toMatchObject({ code: 'SOURCE_CRASHED' });
      expect((lost as { reason: string }).reason).toContain(reasons[signal] ?? signal);
      await next('live');
      expect(performance.now() - struckAt).toBeLessThan(longestOutageMs);
      await scored(streamId, subscriber.messages.indexOf(await next('live')));
    };
    await Promise.all([
      strike('a', a!, 'SIGSTOP').then(() => strike('a', a!, 'SIGSEGV')),
      strike('b', b!, 'SIGUSR2').then(() => strike('b', b!, 'SIGABRT')),
    ]);
    await scored('calm', subscriber.messages.length);

    const calm = subscriber.messages.filter(of('calm'));
    const indexes = calm.flatMap((message) => (message.type === 'scores' ? [message.windowIndex] : []));
    expect(indexes).toEqual(indexes.map((_, i) => indexes[0]! + i));
    const others = calm.filter(({ type }) => type === 'window.dropped' || type === 'stream.gap');
    expect(others).toEqual([]);
    const states = calm.flatMap((message) => (message.type === 'stream.state' ? [message.status] : []));
    expect(states.filter((status) => status !== 'connecting' && status !== 'live')).toEqual([]);
    expect(await (await fetch(health)).json()).toEqual({ ok: true, inference: 'running' });
    expect(decoderPids(pid)).toHaveLength(3);
  });
});
