/** Talks to test/reference/time_window.py: one window of transformers on PyTorch at a time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../test/reference/time_window.py', import.meta.url));

/** @param {{python: string, dir: string, threads: number}} options `dir` holds the checkpoint, frames.bin and text.bin */
export async function openTorch({ python, dir, threads }) {
  const env = { ...process.env, OMP_NUM_THREADS: String(threads), HF_HUB_OFFLINE: '1' };
  const child = spawn(python, [script, dir, String(threads)], { stdio: ['pipe', 'pipe', 'inherit'], env });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${python} ${script} ended before it answered`);
    return JSON.parse(value);
  };
  const about = await next();
  return {
    about,
    /** @returns {Promise<{ms: number, logits: number[], video: number[]}>} */
    window: () => {
      child.stdin.write('window\n');
      return next();
    },
    close: async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
