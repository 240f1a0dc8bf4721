/** Watches processes from outside. */
import { expect } from 'vitest';

/** Resolves when no process of that id is alive any more. */
export async function processEnds(pid: number): Promise<void> {
  await expect.poll(() => isAlive(pid), { timeout: 5000, message: `process ${pid} is still there` }).toBe(false);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
