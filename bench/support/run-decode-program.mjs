/** Starts decode-program.mjs and talks to it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('./decode-program.mjs', import.meta.url));

/** @param {{way: 'processes' | 'inside', sources: readonly string[], mode: 'live' | 'replay', loop?: boolean}} work */
export function startDecodeProgram(work) {
  // What decoder processes get from the product, for decoding inside as well: threads for every source, two malloc arenas.
  const env = { MALLOC_ARENA_MAX: '2', ...process.env, UV_THREADPOOL_SIZE: String(4 + work.sources.length) };
  const child = spawn(process.execPath, [entry, JSON.stringify(work)], { stdio: ['pipe', 'pipe', 'inherit'], env });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = once(child, 'exit');
  return {
    pid: child.pid,
    /** What came since the last report, for each source. */
    report: async () => {
      child.stdin.write('report\n');
      const { value, done } = await lines.next();
      if (done) throw new Error('the decoding program ended');
      return JSON.parse(value);
    },
    /** The report that the program makes of itself when all sources have ended. */
    last: async () => JSON.parse((await lines.next()).value),
    /** Resolves when it has ended by itself. */
    finished: async () => {
      const [code] = await exited;
      if (code !== 0) throw new Error(`the decoding program ended with ${code}`);
    },
    close: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
