/** Keeps an inference process alive: one restart after a crash or a hang, with a pause before it; a second one soon after is final. */
import { setTimeout as delay } from 'node:timers/promises';
import { ActionwireError, asActionwireError } from '../core/errors.js';
import type { InferenceProcess, Job, ScoresReply } from './inference-process.js';
import type { LoadedModel } from './load-model.js';
import { isLostWindow } from './lost-window.js';
import type { ProviderName } from './provider.js';
import { openProcess, type OpenedProcess, type ProcessOptions } from './open-process.js';

/** After this many windows a restart counts as a success, and another crash gets another restart. */
const healthyAfterWindows = 100;
const defaultRestartDelayMs = 1000;

export interface SupervisionOptions extends ProcessOptions {
  readonly onRestart?: (error: ActionwireError) => void;
  readonly restartDelayMs?: number;
}

/** `failed` is final: the process is not started again. */
export type EngineStatus = 'running' | 'restarting' | 'failed' | 'closed';

type State =
  | { readonly name: 'running'; readonly process: InferenceProcess }
  | { readonly name: 'restarting'; readonly done: Promise<void> }
  | { readonly name: 'failed'; readonly error: ActionwireError }
  | { readonly name: 'closed' };

export class SupervisedProcess {
  readonly #stop = new AbortController();
  #state: State;
  #description: string;
  #restarts = 0;
  #windowsSinceStart = 0;

  private constructor(
    private readonly model: LoadedModel,
    private readonly options: SupervisionOptions,
    private readonly opened: OpenedProcess,
  ) {
    this.#state = this.#supervise(opened);
    this.#description = opened.description;
  }

  static async open(model: LoadedModel, options: SupervisionOptions): Promise<SupervisedProcess> {
    return new SupervisedProcess(model, options, await openProcess(model, options));
  }

  get provider(): string {
    return this.#description;
  }

  /** The execution provider that runs. */
  get providerName(): ProviderName {
    return this.opened.provider;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Process id of the running inference process. */
  get pid(): number | undefined {
    return this.#state.name === 'running' ? this.#state.process.pid : undefined;
  }

  get status(): EngineStatus {
    return this.#state.name;
  }

  /** The restart that is going on, if any; never rejects. */
  get restarting(): Promise<void> | undefined {
    return this.#state.name === 'restarting' ? this.#state.done : undefined;
  }

  /** @throws INFERENCE_FAILED; INFERENCE_WORKER_CRASHED when a restart follows; INFERENCE_GAVE_UP when none does */
  async infer(jobs: readonly Job[]): Promise<ScoresReply> {
    const state = this.#state;
    if (state.name === 'failed') throw state.error;
    if (state.name !== 'running') throw new ActionwireError('ENGINE_CLOSED', `the inference process is ${state.name}`);
    try {
      const reply = await state.process.infer(jobs);
      this.#windowsSinceStart += jobs.length;
      return reply;
    } catch (error) {
      if (isLostWindow(error)) await this.#noticed(state.process);
      throw this.#verdict(error);
    }
  }

  /** Frees what is kept for a stream; a process that restarts has nothing of it. */
  forget(streamId: string): void {
    if (this.#state.name === 'running') this.#state.process.forget(streamId);
  }

  /** Frees all vocabularies but these. */
  keepVocabularies(used: ReadonlySet<number>): void {
    if (this.#state.name === 'running') this.#state.process.keepVocabularies(used);
  }

  async close(): Promise<void> {
    const state = this.#state;
    this.#state = { name: 'closed' };
    this.#stop.abort();
    if (state.name === 'running') await state.process.close();
    if (state.name === 'restarting') await state.done;
  }

  #supervise({ process }: OpenedProcess): State {
    this.#windowsSinceStart = 0;
    void process.exited.then((how) => this.#onExit(how));
    return { name: 'running', process };
  }

  /** Resolves after `#onExit` has decided about this process's death. */
  async #noticed(process: InferenceProcess): Promise<void> {
    await process.exited;
  }

  #verdict(error: unknown): unknown {
    return this.#state.name === 'failed' && isLostWindow(error) ? this.#state.error : error;
  }

  #onExit(how: string): void {
    if (this.#state.name === 'closed') return;
    const error = new ActionwireError('INFERENCE_WORKER_CRASHED', how);
    if (this.#restarts > 0 && this.#windowsSinceStart < healthyAfterWindows) {
      this.#giveUp(error);
      return;
    }
    this.#restarts += 1;
    this.#state = { name: 'restarting', done: this.#restart() };
    this.options.onRestart?.(error);
  }

  async #restart(): Promise<void> {
    const { signal } = this.#stop;
    try {
      await delay(this.options.restartDelayMs ?? defaultRestartDelayMs, undefined, { signal });
      const opened = await openProcess(this.model, { ...this.options, provider: this.opened.provider, signal });
      this.#state = this.#supervise(opened);
    } catch (error) {
      if (!signal.aborted) this.#giveUp(asActionwireError(error, 'INFERENCE_FAILED'));
    }
  }

  #giveUp(cause: ActionwireError): void {
    const message = `the inference process was restarted once and failed again: ${cause.message}`;
    this.#state = { name: 'failed', error: new ActionwireError('INFERENCE_GAVE_UP', message, { cause }) };
  }
}
