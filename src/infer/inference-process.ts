/** Owns one inference process: starts it, sends one request at a time, and makes sure that it is gone. */
import { fork, type ChildProcess } from 'node:child_process';
import { entryUrl } from '../core/entry-url.js';
import { ActionwireError } from '../core/errors.js';
import { AnswerLimit, type AnswerLimits } from './answer-limit.js';
import { countdown } from './countdown.js';
import { cudaInstallCommand } from './cuda-install.js';
import type { Window } from '../core/types.js';
import type { InferItem, OpenRequest, Reply, Request } from './protocol.js';
import type { NumberedVocabulary } from './stream-labels.js';
import { StreamPositions } from './stream-positions.js';
import { TextTail } from './text-tail.js';

/** An idle process leaves by itself as soon as its channel is closed; one in the middle of a run is killed. Milliseconds. */
const killAfterMs = 200;

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: ActionwireError) => void;
}

/** What the process may answer to windows. */
export type ScoresReply = Extract<Reply, { type: 'scores' }>;

/** A window and what it is compared with; without a vocabulary, with the one that the process was opened with. */
export interface Job {
  readonly window: Window;
  readonly vocabulary?: NumberedVocabulary;
}

export class InferenceProcess {
  readonly #child: ChildProcess;
  readonly #errorOutput = new TextTail();
  #waiting: Waiting | undefined;
  #nextId = 0;
  /** Where something is kept of streams; they live and die with the process, as does what they describe. */
  readonly #positions: StreamPositions | undefined;
  /** The vocabularies that the process has, besides its first. */
  readonly #brought = new Set<number>();
  readonly #limit: AnswerLimit;
  #deathReason: string | undefined;
  /** Settles when the process is gone, with how it went. Never rejects. */
  readonly exited: Promise<string>;

  private constructor({ streaming, graphs }: OpenRequest, limits: AnswerLimits | undefined) {
    const keeps = streaming !== undefined || graphs.frames !== undefined;
    this.#positions = keeps ? new StreamPositions() : undefined;
    this.#limit = new AnswerLimit(limits);
    this.#child = fork(entryUrl(import.meta.url, './worker/main.js'), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#errorOutput.add(chunk.toString()));
    this.#child.on('message', (reply) => this.#settle(reply as Reply));
    this.exited = new Promise((resolve) => this.#watch(resolve));
  }

  /**
   * Starts the process and loads the model in it. Aborting `signal` kills the process and rejects with its reason. Opening has
   * no limit of time: some providers compile for minutes.
   * @throws PROVIDER_UNAVAILABLE, INFERENCE_FAILED, INFERENCE_WORKER_CRASHED; on failure the process is gone
   */
  static async open(
    request: OpenRequest,
    signal?: AbortSignal,
    limits?: AnswerLimits,
  ): Promise<{ process: InferenceProcess; coverage: number }> {
    signal?.throwIfAborted();
    const process = new InferenceProcess(request, limits);
    const abort = (): void => void process.#child.kill('SIGKILL');
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await process.#reply();
      const reply = await process.#ask(request);
      if (reply.type !== 'opened') throw unexpected(reply);
      return { process, coverage: reply.coverage };
    } catch (error) {
      await process.close();
      signal?.throwIfAborted();
      throw process.#explain(error);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * Scores windows, in their order; the pixels are copied before this returns. Only one call at a time. A process that does not
   * answer within its limit is killed.
   * @throws INFERENCE_FAILED, INFERENCE_WORKER_CRASHED; the streams of `jobs` restart with their next window then
   */
  async infer(jobs: readonly Job[]): Promise<ScoresReply> {
    const limitMs = this.#limit.ms;
    const answered = countdown(limitMs, () => this.#killHung(limitMs));
    try {
      const items = jobs.map((job) => this.#itemFor(job));
      const reply = await this.#ask({ type: 'infer', id: this.#nextId++, items });
      if (reply.type !== 'scores') throw unexpected(reply);
      this.#limit.learn(reply.inferenceMs);
      return reply;
    } catch (error) {
      for (const { window } of jobs) this.#positions?.forget(window.streamId);
      throw error;
    } finally {
      answered();
    }
  }

  /** Frees all vocabularies but these, after the window in flight. */
  keepVocabularies(used: ReadonlySet<number>): void {
    for (const id of this.#brought) {
      if (used.has(id)) continue;
      this.#brought.delete(id);
      this.#send({ type: 'forget-vocabulary', id });
    }
  }

  /** Frees what is kept for a stream, after the window in flight. */
  forget(streamId: string): void {
    if (this.#positions === undefined) return;
    this.#positions.forget(streamId);
    this.#send({ type: 'forget', streamId });
  }

  /** Resolves when the process is gone; a request in flight is rejected. Idempotent. */
  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), killAfterMs);
    await this.exited;
    clearTimeout(timer);
  }

  /** Where something is kept of streams, only the frames that the process has not seen. */
  #itemFor({ window, vocabulary }: Job): InferItem {
    if (vocabulary !== undefined) this.#bring(vocabulary);
    const { streamId, frameCount, pixels } = window;
    const { restart, newFrames } = this.#positions?.advance(window) ?? { restart: true, newFrames: frameCount };
    const frameBytes = pixels.length / frameCount;
    const keep = this.#positions !== undefined && window.place !== undefined;
    const newPixels = pixels.subarray(pixels.length - newFrames * frameBytes);
    return { streamId, restart, keep, pixels: newPixels, vocabulary: vocabulary?.id ?? 0 };
  }

  /** Before its first window; a process that was started again is brought it again. */
  #bring(vocabulary: NumberedVocabulary): void {
    if (this.#brought.has(vocabulary.id)) return;
    this.#brought.add(vocabulary.id);
    this.#send({ type: 'vocabulary', ...vocabulary });
  }

  #killHung(limitMs: number): void {
    this.#deathReason = `the inference process did not answer within ${limitMs} ms and was killed`;
    this.#child.kill('SIGKILL');
  }

  #ask(request: Request): Promise<Reply> {
    const reply = this.#reply();
    this.#send(request);
    return reply;
  }

  /** A failed send means that the process is going; its exit rejects the request in flight with the reason. */
  #send(request: Request): void {
    if (this.#child.connected) this.#child.send(request, () => undefined);
  }

  #reply(): Promise<Reply> {
    if (this.#waiting !== undefined) throw new Error('one request at a time');
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (reply.type === 'failed') waiting?.reject(ActionwireError.fromJSON(reply.error));
    else waiting?.resolve(reply);
  }

  #watch(gone: (how: string) => void): void {
    const finish = (how: string): void => {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      gone(how);
      waiting?.reject(new ActionwireError('INFERENCE_WORKER_CRASHED', `${how}${this.#errorOutput.lastLine()}`));
    };
    this.#child.once('error', (error) => {
      if (this.#child.pid === undefined) finish(`the inference process could not be started: ${error.message}`);
    });
    // Not `close`: it never comes when this side has closed the channel. The error output may end a moment later.
    this.#child.once('exit', (code, signal) => {
      const how = signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
      const end = (): void => finish(this.#deathReason ?? `the inference process ended with ${how}`);
      if (this.#child.stderr?.closed === false) this.#child.stderr.once('close', end);
      else end();
    });
  }

  /** ONNX Runtime says which library a provider misses only on its error output; where the installer lies is known here. */
  #explain(error: unknown): unknown {
    if (!(error instanceof ActionwireError) || error.code !== 'PROVIDER_UNAVAILABLE') return error;
    const library = this.#errorOutput.missingLibrary();
    const missing = library === undefined ? '' : ` (missing: ${library})`;
    const hint = error.hint.replace('npm run cuda:install', () => cudaInstallCommand());
    return new ActionwireError('PROVIDER_UNAVAILABLE', `${error.message}${missing}`, { cause: error, hint });
  }
}

function unexpected(reply: Reply): Error {
  return new Error(`the inference process answered ${reply.type}`);
}
