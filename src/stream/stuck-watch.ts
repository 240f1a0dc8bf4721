/** Looks from outside whether a silent process is stopped, or spins: both are told from one that waits or is kept waiting. Linux only. */
import { readFile } from 'node:fs/promises';

const lookEveryMs = 250;
/** Ticks of `/proc` in a second: fixed at 100 in what Linux shows to programs. */
const ticksPerSecond = 100;
/** Processor time of the main thread in one silence from which on it is taken to spin, seconds: decoding the largest accepted picture takes less. */
const spinSeconds = 1;

/** One look at a thread: its state by the letter of proc(5), and the processor time it has used, seconds. */
export interface ThreadLook {
  readonly state: string;
  readonly cpuSeconds: number;
}

export class StuckWatch {
  #timer: NodeJS.Timeout | undefined;
  #silentSince: ThreadLook | undefined;
  #suspected = false;

  /**
   * @param stuck called once, after two looks in a row that found it so: what it said meanwhile may still be waiting in our own event loop
   */
  start(pid: number, stuck: (how: 'is stopped' | 'spins') => void): void {
    if (this.#timer !== undefined || process.platform !== 'linux') return;
    this.#timer = setInterval(() => void this.#look(pid, stuck), lookEveryMs);
    this.#timer.unref();
  }

  /** The process said something. */
  heard(): void {
    this.#silentSince = undefined;
    this.#suspected = false;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.heard();
  }

  async #look(pid: number, stuck: (how: 'is stopped' | 'spins') => void): Promise<void> {
    // The main thread is the one that says things. Unreadable when the process has just ended, which its owner learns by itself.
    const look = threadLook(await readFile(`/proc/${pid}/task/${pid}/stat`, 'latin1').catch(() => ''));
    if (this.#timer === undefined || look === undefined) return;
    this.#silentSince ??= look;
    const how = stuckHow(look, this.#silentSince);
    if (how !== undefined && this.#suspected) {
      this.stop();
      stuck(how);
      return;
    }
    this.#suspected = how !== undefined;
  }
}

function stuckHow(now: ThreadLook, before: ThreadLook): 'is stopped' | 'spins' | undefined {
  if (now.state === 'T') return 'is stopped';
  return now.cpuSeconds - before.cpuSeconds >= spinSeconds ? 'spins' : undefined;
}

/** Of the text of `/proc/<pid>/task/<tid>/stat` (proc_pid_stat(5)); undefined of a thread that has ended. */
export function threadLook(stat: string): ThreadLook | undefined {
  // The name, in parentheses, may hold anything.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === undefined || fields.length < 12) return undefined;
  return { state, cpuSeconds: (Number(fields[10]) + Number(fields[11])) / ticksPerSecond };
}
