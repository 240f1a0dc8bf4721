import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { StreamItem } from '../../src/core/types.js';
import { openStream, streamStats } from '../../src/stream/index.js';
import {
  collect,
  decoderPids,
  expectOneTimeline,
  framesOf,
  isAlive,
  open,
  smallPreparation,
  statesOf,
  story,
} from '../support/streams.js';

const live = { mode: 'live', fps: 25 } as const;
const gone = { timeout: 5000, interval: 20 };

/** Calls `act` once, with the decoder's process id, when the stream has shown `count` frames. */
function afterFrames(count: number, act: (pid: number) => void): (items: readonly StreamItem[]) => void {
  let done = false;
  return (items) => {
    if (done || framesOf(items).length < count) return;
    done = true;
    const [pid] = decoderPids();
    act(pid!);
  };
}

describe.skipIf(process.platform === 'win32')('the decoder process', () => {
  it.each(['SIGKILL', 'SIGSEGV'] as const)('killed by %s: the stream is lost, then live again', async (signal) => {
    const stream = open('test:?size=160x120', live);
    const strike = afterFrames(5, (pid) => process.kill(pid, signal));
    const items = await collect(stream, (all) => {
      strike(all);
      return framesOf(all).length >= 12 && statesOf(all).filter(({ status }) => status === 'live').length === 2;
    });
    expect(story(items)).toBe('connecting live frames lost gap:reconnect connecting live frames');
    expect(statesOf(items)[2]).toMatchObject({ code: 'SOURCE_CRASHED', retryInMs: 50, attempt: 1 });
    expect(statesOf(items)[2]!.reason).toContain(signal);
    expect(statesOf(items)[3]).toMatchObject({ status: 'connecting', attempt: 2 });
    expectOneTimeline(items);
    expect(streamStats(stream).reconnects).toBe(1);
  });

  it('killed in a replay: the replay has failed, for half of it twice would be another one', async () => {
    const stream = open('test:?seconds=600');
    const strike = afterFrames(5, (pid) => process.kill(pid, 'SIGKILL'));
    const items = await collect(stream, (all) => {
      strike(all);
      return false;
    });
    expect(statesOf(items).at(-1)).toMatchObject({ status: 'failed', code: 'SOURCE_CRASHED' });
  });

  it('of another stream is not affected', async () => {
    const other = new AbortController();
    const second = collect(open('test:?size=160x120', { ...live, signal: other.signal, streamId: 'second' }));
    const items = await collect(open('test:?size=160x120', live), (all) => framesOf(all).length === 3);
    expect(decoderPids()).toHaveLength(1);
    other.abort();
    expect(framesOf(items)).toHaveLength(3);
    expect(story(await second)).toMatch(/^connecting live frames$|^connecting$/);
  });

  it('ignores Ctrl-C and SIGTERM, which reach the whole group', async () => {
    const strike = afterFrames(3, (pid) => {
      process.kill(pid, 'SIGINT');
      process.kill(pid, 'SIGTERM');
    });
    const items = await collect(open('test:?size=160x120', live), (all) => {
      strike(all);
      return framesOf(all).length === 30;
    });
    expect(story(items)).toBe('connecting live frames');
  });

  it('is gone when the iteration has ended, by leaving it or by abort', async () => {
    await collect(open('test:?size=160x120', live), (all) => framesOf(all).length === 2);
    expect(decoderPids()).toEqual([]);

    const abort = new AbortController();
    const items = await collect(open('test:?size=160x120', { ...live, signal: abort.signal }), (all) => {
      if (framesOf(all).length === 2) abort.abort();
      return false;
    });
    expect(statesOf(items).at(-1)!.status).toBe('live');
    expect(decoderPids()).toEqual([]);
  });

  it('is never started for a signal that has already aborted', async () => {
    const items = await collect(open('test:', { ...live, signal: AbortSignal.abort() }));
    expect(items).toEqual([]);
    expect(decoderPids()).toEqual([]);
  });

  it('is killed when an open blocks inside the kernel, and that is a timeout', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'actionwire-fifo-'));
    try {
      const url = join(folder, 'fifo.mp4');
      execFileSync('mkfifo', [url]);
      // parseSource refuses a FIFO; this one became one afterwards.
      const spec = { id: 'cam', kind: 'file', url, displayUrl: url, parameters: {} } as const;
      const options = { ...live, preparation: smallPreparation, openTimeoutMs: 300 };
      const items = await collect(openStream(spec, options));
      expect(story(items)).toBe('connecting failed');
      expect(statesOf(items)[1]).toMatchObject({ code: 'SOURCE_TIMEOUT', reason: 'Nothing came within 300 ms.' });
      expect(decoderPids()).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is killed when it does not end by itself', async () => {
    const begin = performance.now();
    let pid = 0;
    const strike = afterFrames(2, (found) => {
      pid = found;
      process.kill(pid, 'SIGSTOP');
    });
    await collect(open('test:?size=160x120', live), (all) => {
      strike(all);
      return pid !== 0;
    });
    expect(isAlive(pid)).toBe(false);
    expect(performance.now() - begin).toBeLessThan(8000);
  });

  it('ends by itself when the program dies', async () => {
    const entry = new URL('../../dist/stream/index.js', import.meta.url).href;
    const program = `
      const { openStream, parseSource } = await import(${JSON.stringify(entry)});
      const preparation = { shortestEdge: 64, cropWidth: 64, cropHeight: 64, resample: 'bilinear' };
      const stream = openStream(parseSource('test:', { id: 'a' }), { fps: 8, preparation, mode: 'live' });
      for await (const item of stream) if (item.kind === 'frame') console.log('frame');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(createInterface({ input: child.stdout }), 'line');
    const [decoder] = decoderPids(child.pid);
    expect(decoder).toBeDefined();
    child.kill('SIGKILL');
    await expect.poll(() => isAlive(decoder!), gone).toBe(false);
  });
});
