/** Ctrl-C and SIGTERM end everything within two seconds, with exit code 0 and no process left behind. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startCli, type RunningCli } from '../support/cli.js';
import { Subscriber } from '../support/subscriber.js';

/** Process ids of the children of `pid` (Linux). */
function childrenOf(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return list === '' ? [] : list.split(' ').map(Number);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

interface Moment {
  readonly program: RunningCli;
  readonly cache: string;
}

/** Whether one of these processes has ONNX Runtime mapped: it loads or runs the model. */
function holdsGraph(pids: readonly number[]): boolean {
  return pids.some((pid) => readFileSync(`/proc/${pid}/maps`, 'utf8').includes('onnxruntime'));
}

describe.skipIf(process.platform !== 'linux')('ending the program', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s while two streams run', async (signal) => {
    const program = startCli(['run', 'a=test:', 'b=test:', '--port', '0', '--json']);
    const [url] = await program.waitFor(/ws:\/\/\S+/);
    const subscriber = await Subscriber.connect(url);
    subscriber.send({ type: 'subscribe', scores: true });
    for (const id of ['a', 'b'])
      await subscriber.first((message) => message.type === 'scores' && message.streamId === id);
    const children = childrenOf(program.child.pid!);
    expect(children.length).toBeGreaterThanOrEqual(2);

    const asked = performance.now();
    program.child.kill(signal);
    const { code, stderr } = await program.finished;
    expect(performance.now() - asked).toBeLessThan(2000);
    expect(code, stderr).toBe(0);
    expect(children.filter(isAlive)).toEqual([]);
  });

  it.each([
    ['SIGTERM', 'the writing of the graphs', ({ cache }: Moment) => existsSync(join(cache, 'graphs'))],
    [
      'SIGINT',
      'the start of the inference process',
      ({ program }: Moment) => childrenOf(program.child.pid!).length > 0,
    ],
    ['SIGTERM', 'the loading of the model there', ({ program }: Moment) => holdsGraph(childrenOf(program.child.pid!))],
    ['SIGINT', 'the summary', ({ program }: Moment) => program.printed.stderr.includes('Actionwire')],
  ] as const)(
    '%s during %s',
    async (signal, _moment, reached) => {
      const cache = mkdtempSync(join(tmpdir(), 'actionwire-cache-'));
      const program = startCli(['run', 'test:', '--port', '0', '--json'], { ACTIONWIRE_CACHE_DIR: cache });
      onTestFinished(() => {
        program.child.kill('SIGKILL');
        rmSync(cache, { recursive: true, force: true });
      });
      await vi.waitUntil(() => reached({ program, cache }), { timeout: 60_000, interval: 5 });
      const children = childrenOf(program.child.pid!);

      const asked = performance.now();
      program.child.kill(signal);
      const { code, stderr } = await program.finished;
      expect(code, stderr).toBe(0);
      expect(stderr).not.toMatch(/INTERNAL|aborted/);
      expect(performance.now() - asked).toBeLessThan(2000);
      expect(children.filter(isAlive)).toEqual([]);
    },
    90_000,
  );

  it('a file that ends ends the run', async () => {
    const program = startCli(['run', 'assets/demo.mp4', '--replay', '--no-server', '--json']);
    expect((await program.finished).code).toBe(0);
  }, 60_000);
});
