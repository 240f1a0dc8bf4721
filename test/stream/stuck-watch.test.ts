/** A silent process that is stopped or spins is told from one that waits, by real processes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { StuckWatch, threadLook } from '../../src/stream/stuck-watch.js';

let child: ChildProcess | undefined;
const watch = new StuckWatch();
afterEach(() => {
  watch.stop();
  child?.kill('SIGKILL');
});

/** Runs `script` in a process of its own and waits until it has said a word; answers what the watch says first. */
async function told(script: string, then?: (pid: number) => void): Promise<string> {
  child = spawn(process.execPath, ['-e', `process.stdout.write('.'); ${script}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout!, 'data');
  const answer = new Promise<string>((resolve) => watch.start(child!.pid!, resolve));
  then?.(child.pid!);
  return answer;
}

describe.skipIf(process.platform !== 'linux')('a silent process', () => {
  it('that spins is told by the processor time it has used', async () => {
    const begin = performance.now();
    expect(await told('for (;;);')).toBe('spins');
    expect(performance.now() - begin).toBeGreaterThan(1000);
  });

  it('that is stopped is told at once', async () => {
    expect(await told('process.stdin.resume()', (pid) => process.kill(pid, 'SIGSTOP'))).toBe('is stopped');
  });

  it('that only waits is left alone, and so is one that works hard but says something now and then', async () => {
    const stuck = vi.fn();
    for (const script of [
      'process.stdin.resume()',
      "setInterval(() => { for (const to = Date.now() + 200; Date.now() < to;); process.stdout.write('.'); })",
    ]) {
      child?.kill('SIGKILL');
      child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
      child.stdout!.on('data', () => watch.heard());
      const { pid } = child;
      watch.start(pid!, stuck);
      const looks = vi.spyOn(watch, 'heard');
      const begin = performance.now();
      await vi.waitUntil(() => looks.mock.calls.length >= 12 || performance.now() - begin > 2000, { timeout: 20_000 });
      watch.stop();
    }
    expect(stuck).not.toHaveBeenCalled();
  });
});

it('reads the line of a thread whose name looks like one', () => {
  const line = `7 (a) R 1 (b) T ${Array.from({ length: 10 }, (_, i) => i).join(' ')} 150 50 0`;
  expect(threadLook(line)).toEqual({ state: 'T', cpuSeconds: 2 });
  expect(threadLook('')).toBeUndefined();
});
