/** Owns one decoder process: starts it, talks to it, and makes sure that it is gone. */
import { fork, type ChildProcess } from 'node:child_process';
import { entryUrl } from '../core/entry-url.js';
import { openTimeout, tooMuchMemory, type Failure } from './failure.js';
import { MemoryWatch } from './memory-watch.js';
import { PatientTimer } from './patient-timer.js';
import type { ChildMessage, DecoderOrder, ParentMessage } from './protocol.js';
import { isChildMessage } from './protocol.js';
import { StuckWatch } from './stuck-watch.js';

/** One blocking read, plus room for the file system and name lookups. libuv reads this only at start. */
const threadPoolSize = 5;
const killAfterMs = 1000;
/** The process sends counters twice a second; this long without a word and it is taken for dead. Milliseconds. */
const silenceMs = 8000;
/** The same once frames flow: the slow things, loading FFmpeg from a cold disk and waking a device, are over. Milliseconds. */
const flowingSilenceMs = 3000;

export interface DecoderHandlers {
  readonly onMessage: (message: ChildMessage) => void;
  /** Called exactly once, when the process is gone; `reason` says how it died, without secrets. */
  readonly onExit: (reason: string) => void;
}

export class DecoderProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #silence = new PatientTimer();
  readonly #opening = new PatientTimer();
  #flowing = false;
  readonly #memory = new MemoryWatch();
  readonly #stuck = new StuckWatch();
  #deathReason: string | undefined;

  constructor(
    private readonly order: DecoderOrder,
    private readonly handlers: DecoderHandlers,
  ) {
    this.#child = fork(entryUrl(import.meta.url, './child/main.js'), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
      // Two malloc arenas: with glibc's default of eight a core, memory freed on one pool thread is not reused on another.
      env: { MALLOC_ARENA_MAX: '2', ...process.env, UV_THREADPOOL_SIZE: String(threadPoolSize) },
    });
    this.#exited = new Promise((resolve) => this.#watch(resolve));
    this.#send(order);
    this.#listen();
    this.#limitMemory();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The program has taken one frame: another may follow. */
  credit(): void {
    this.#send({ type: 'credit' });
  }

  /** Says which of the counted pictures are wanted. */
  pick(indices: readonly number[]): void {
    this.#send({ type: 'pick', indices });
  }

  /** Asks the process to end, kills it after a second, resolves when it is gone. Idempotent. */
  async close(): Promise<void> {
    this.#send({ type: 'stop' });
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), killAfterMs);
    await this.#exited;
    clearTimeout(timer);
  }

  #watch(gone: () => void): void {
    let done = false;
    const finish = (reason: string): void => {
      if (done) return;
      done = true;
      this.#silence.stop();
      this.#opening.stop();
      this.#memory.stop();
      this.#stuck.stop();
      this.handlers.onExit(this.#deathReason ?? reason);
      gone();
    };
    this.#child.once('error', (error) => {
      if (this.#child.pid === undefined) finish(`the decoder process could not be started: ${error.message}`);
    });
    this.#child.once('close', (code, signal) =>
      finish(
        `the decoder process ended with ${signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`}`,
      ),
    );
  }

  #listen(): void {
    const size = frameSize(this.order);
    this.#expectWord();
    this.#child.on('message', (message: unknown) => {
      this.#expectWord();
      if (isChildMessage(message, size)) this.#take(message);
      else this.#kill('the decoder process sent something that is not in the protocol');
    });
  }

  #take(message: ChildMessage): void {
    if (message.type === 'frame') this.#flow();
    if (message.type === 'opening') {
      this.#flowing = false;
      this.#stuck.stop();
      this.#expectOpened();
    }
    // Counters come while an opening hangs as well; everything else means that it is over.
    else if (message.type !== 'counters') this.#opening.stop();
    this.handlers.onMessage(message);
  }

  /** The slow things are over: from now on a process that is stopped or spins is told from one that waits. */
  #flow(): void {
    this.#flowing = true;
    if (this.pid !== undefined) this.#stuck.start(this.pid, (how) => this.#kill(`the decoder process ${how}`));
  }

  /** The process has a timeout of its own, but cannot interrupt an open that blocks inside the kernel. */
  #expectOpened(): void {
    const { openTimeoutMs } = this.order.settings;
    const failure = openTimeout(openTimeoutMs);
    this.#opening.start(openTimeoutMs, () => this.#fail(failure));
  }

  #limitMemory(): void {
    const { maxMemoryMb } = this.order.settings;
    if (this.pid !== undefined) this.#memory.start(this.pid, maxMemoryMb, () => this.#fail(tooMuchMemory(maxMemoryMb)));
  }

  #expectWord(): void {
    this.#stuck.heard();
    this.#silence.start(this.#flowing ? flowingSilenceMs : silenceMs, () =>
      this.#kill('the decoder process stopped answering'),
    );
  }

  /** Says in the process's place why it must end, and ends it. */
  #fail(failure: Failure): void {
    this.handlers.onMessage({ type: 'failed', failure });
    this.#kill(failure.message);
  }

  #kill(reason: string): void {
    this.#deathReason ??= reason;
    this.#child.kill('SIGKILL');
  }

  #send(message: ParentMessage): void {
    // A process that is gone is reported by its 'close' event; the callback keeps the failed send from throwing.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }
}

/** The size that every frame must have; undefined for work that sends none. */
function frameSize(order: DecoderOrder): { width: number; height: number } | undefined {
  if (order.type === 'read') return undefined;
  const { cropWidth: width, cropHeight: height } = order.settings.preparation;
  return { width, height };
}
