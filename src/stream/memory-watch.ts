/** Looks from outside how much memory a process uses, so that one that spins or hangs is seen as well. */
import { readFile } from 'node:fs/promises';

const lookEveryMs = 250;

/** On Linux only: elsewhere a process cannot be asked for another's memory without starting a third. */
export class MemoryWatch {
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param maxMb megabytes (2^20 bytes), 0: no limit
   * @param over called once, when the process is seen to use more
   */
  start(pid: number, maxMb: number, over: () => void): void {
    if (maxMb === 0 || process.platform !== 'linux') return;
    this.#timer = setInterval(() => void this.#look(pid, maxMb, over), lookEveryMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #look(pid: number, maxMb: number, over: () => void): Promise<void> {
    // Unreadable when the process has just ended, which its owner learns by itself.
    const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
    if (this.#timer === undefined || usedMb(status) <= maxMb) return;
    this.stop();
    over();
  }
}

/** Megabytes in memory and in swap together, of the text of `/proc/<pid>/status`; 0 of a process that has ended. */
export function usedMb(status: string): number {
  const kilobytes = [...status.matchAll(/^Vm(?:RSS|Swap):\s*(\d+) kB$/gm)].map((match) => Number(match[1]));
  return kilobytes.reduce((sum, part) => sum + part, 0) / 1024;
}
