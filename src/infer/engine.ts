/** The engine: one model in one inference process, shared by all streams, which take turns. */
import { Observable } from 'rxjs';
import type { Closable } from '../core/close.js';
import { ActionwireError } from '../core/errors.js';
import type { LabelEntry, LabelSet } from '../core/label-set.js';
import type { InferenceMode, ModelInfo } from '../core/model-info.js';
import type { Window } from '../core/types.js';
import type { AnswerLimits } from './answer-limit.js';
import { BatchGate, batchLimit } from './batch-gate.js';
import { checkWindow } from './check-window.js';
import type { InferenceResult } from './inference-result.js';
import { LabelEncoder } from './label-encoder.js';
import type { Job } from './inference-process.js';
import type { LoadedModel } from './load-model.js';
import { isLostWindow } from './lost-window.js';
import type { ItemScores } from './protocol.js';
import type { ProviderChoice } from './provider.js';
import type { Scorer } from './scorer.js';
import { StreamLabels, type LabelsInUse } from './stream-labels.js';
import { SupervisedProcess, type EngineStatus } from './supervised-process.js';
import { TurnQueue } from './turn-queue.js';

export interface EngineOptions {
  /** How scores are computed; default `exact`. */
  readonly mode?: InferenceMode;
  /**
   * How many streams that wait are scored together, at least 1; default on an accelerator 4 in exact and 8 in streaming mode, 1 on
   * the CPU. More than 1 lets what else is running change the last digits of a score; in int8, where that would be more, it is refused.
   */
  readonly batch?: number;
  /** How long a window waits for those of other streams while nothing runs, milliseconds; default 0. */
  readonly batchWaitMs?: number;
  /** Default `auto`. */
  readonly provider?: ProviderChoice;
  /** Threads of one inference; 0 or missing: chosen from the machine's cores. */
  readonly threads?: number;
  /** Aborts the opening. An open engine is ended with `close()`. */
  readonly signal?: AbortSignal;
  /** Told when the inference process has crashed or hung and is being started again. */
  readonly onRestart?: (error: ActionwireError) => void;
  /** Pause before a restart, milliseconds; default 1000. */
  readonly restartDelayMs?: number;
  /** When the inference process counts as hung and is killed; default 10 s, or 20 times the slowest window so far if that is longer. */
  readonly answerLimits?: AnswerLimits;
}

export interface EngineStats {
  /** Windows scored since the engine was opened. */
  readonly windows: number;
  /** Runs of the model: fewer than windows where streams were scored together. */
  readonly runs: number;
  /** Windows given up because the inference process died under them. */
  readonly lost: number;
  readonly restarts: number;
  /** Streams that wait for their turn now. */
  readonly waiting: number;
  /** Milliseconds of the last vision and head runs; 0 before the first. */
  readonly lastInferenceMs: number;
}

interface Turn {
  readonly take: () => Window;
  /** By the monotonic clock, milliseconds. */
  readonly askedAtMs: number;
  readonly resolve: (result: InferenceResult) => void;
  readonly reject: (error: unknown) => void;
}

interface Served {
  readonly turn: Turn;
  readonly window: Window;
  readonly labels: LabelsInUse;
}

export class Engine implements Scorer, Closable {
  readonly #queue = new TurnQueue<Turn>();
  readonly #encoder: LabelEncoder;
  readonly #labels: StreamLabels;
  #busy = false;
  /** Streams that have brought a window and have not been forgotten. */
  readonly #streams = new Set<string>();
  #windows = 0;
  #runs = 0;
  #lost = 0;
  #lastInferenceMs = 0;
  #closed: Promise<void> | undefined;

  private constructor(
    readonly info: ModelInfo,
    private readonly process: SupervisedProcess,
    private readonly gate: BatchGate,
    model: LoadedModel,
  ) {
    this.#encoder = new LabelEncoder(model);
    this.#labels = new StreamLabels(model.labelSet);
  }

  /**
   * Starts the inference process and loads the model in it.
   * @throws PROVIDER_UNAVAILABLE, PRECISION_UNAVAILABLE, OPTION_INVALID (int8 in batches), INFERENCE_FAILED, INFERENCE_WORKER_CRASHED, or the reason of
   * `signal`; nothing is left running
   */
  static async open(model: LoadedModel, options: EngineOptions = {}): Promise<Engine> {
    const { mode = 'exact' } = options;
    const process = await SupervisedProcess.open(model, options);
    const gate = new BatchGate(batchLimit(mode, process.providerName, options.batch), options.batchWaitMs ?? 0);
    return new Engine({ ...model.info, inference: mode, precision: model.precision }, process, gate, model);
  }

  /** Process id of the inference process; undefined while it is being restarted. For measuring its memory. */
  get pid(): number | undefined {
    return this.process.pid;
  }

  /** What runs the model and why, for people: `cpu, 2 threads (the CUDA libraries are not installed)`. */
  get provider(): string {
    return this.process.provider;
  }

  /** Only `running` scores windows now. A hung process is `running` until its limit has passed. */
  get status(): EngineStatus {
    return this.process.status;
  }

  get stats(): EngineStats {
    return {
      windows: this.#windows,
      runs: this.#runs,
      lost: this.#lost,
      restarts: this.process.restarts,
      waiting: this.#queue.size,
      lastInferenceMs: this.#lastInferenceMs,
    };
  }

  /**
   * Scores one window; its pixels are copied before this returns.
   * @throws WINDOW_INVALID, INFERENCE_FAILED, INFERENCE_WORKER_CRASHED, INFERENCE_GAVE_UP, ENGINE_CLOSED
   */
  async infer(window: Window): Promise<InferenceResult> {
    checkWindow(window, this.info);
    const idle = !this.#busy && this.#queue.size === 0 && this.process.restarting === undefined;
    const kept = idle && this.gate.immediate ? window : { ...window, pixels: window.pixels.slice() };
    return new Promise((resolve, reject) => this.#enqueue(() => kept, resolve, reject));
  }

  score(take: () => Window): Observable<InferenceResult> {
    return new Observable((subscriber) => {
      const resolve = (result: InferenceResult): void => {
        subscriber.next(result);
        subscriber.complete();
      };
      const turn = this.#enqueue(take, resolve, (error) => subscriber.error(error));
      return () => void this.#queue.withdraw(turn);
    });
  }

  /** What the stream's next window is compared with. */
  labelsOf(streamId: string): LabelSet {
    return this.#labels.of(streamId).labelSet;
  }

  /**
   * Replaces the labels of one stream: encoded beside the running windows, then used from the stream's next window on. On failure the
   * old ones stay. `initial`: before anything has been told of the stream, so that the set counts as its first. `mayHold`: asked when
   * they are encoded; it throws where they are not wanted any more.
   * @throws MODEL_LABELS_INVALID, LABELS_BUSY, INFERENCE_FAILED, ENGINE_CLOSED, whatever `mayHold` throws
   */
  async setLabels(
    streamId: string,
    entries: readonly LabelEntry[],
    { initial = false, mayHold = (): void => undefined } = {},
  ): Promise<LabelSet> {
    const { labelSet, encoded } = await this.#encoder.encode(streamId, entries);
    mayHold();
    const used = this.#labels.replace(streamId, labelSet, encoded, initial);
    this.process.keepVocabularies(this.#labels.ids());
    return used;
  }

  /** A stream has ended: frees what is kept for it. Its next window, if any, starts afresh. */
  forget(streamId: string): void {
    this.#streams.delete(streamId);
    this.process.forget(streamId);
  }

  /** The stream has the model's labels again. */
  dropLabels(streamId: string): void {
    this.#labels.drop(streamId);
    this.process.keepVocabularies(this.#labels.ids());
  }

  /** Ends the inference process, in the middle of a run if need be; windows that wait are rejected with ENGINE_CLOSED. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= Promise.all([this.process.close(), this.#encoder.close()]).then(() => undefined);
    this.gate.close();
    this.#rejectWaiting(closedError());
    return this.#closed;
  }

  #enqueue(take: Turn['take'], resolve: Turn['resolve'], reject: Turn['reject']): Turn {
    const turn: Turn = { take, askedAtMs: performance.now(), resolve, reject };
    if (this.#closed === undefined) this.#queue.add(turn);
    else turn.reject(closedError());
    this.#next();
    return turn;
  }

  /** Starts the next turn when none runs. Synchronous up to the copy of the pixels, so that an idle engine copies at once. */
  #next(): void {
    const { first, size } = this.#queue;
    if (this.#busy || first === undefined) return;
    if (!this.gate.isOpen(size, this.#streams.size, first.askedAtMs, () => this.#next())) return;
    this.#busy = true;
    void (this.process.restarting ?? this.#serveNext()).finally(() => {
      this.#busy = false;
      this.#next();
    });
  }

  async #serveNext(): Promise<void> {
    const served = this.#takeTurns();
    if (served.length === 0) return;
    try {
      const startedAtMs = Date.now();
      const { results, inferenceMs } = await this.process.infer(
        served.map(({ window, labels: { vocabulary } }) => job(window, vocabulary)),
      );
      this.#windows += served.length;
      this.#runs += 1;
      this.#lastInferenceMs = inferenceMs;
      served.forEach(({ turn, labels: { labelSet } }, index) =>
        turn.resolve({ ...resultAt(results, index), labelSet, startedAtMs, inferenceMs }),
      );
    } catch (error) {
      if (isLostWindow(error)) this.#lost += served.length;
      for (const { turn } of served) turn.reject(this.#closed === undefined ? error : closedError());
    }
  }

  /** The windows of those who have waited longest; whoever has none that fits is refused. */
  #takeTurns(): Served[] {
    const served: Served[] = [];
    for (let turn = this.#queue.next(); turn !== undefined; turn = this.#queue.next()) {
      try {
        const window = turn.take();
        checkWindow(window, this.info);
        this.#streams.add(window.streamId);
        served.push({ turn, window, labels: this.#labels.of(window.streamId) });
      } catch (error) {
        turn.reject(error);
      }
      if (served.length >= this.gate.limit) break;
    }
    return served;
  }

  #rejectWaiting(error: ActionwireError): void {
    for (const turn of this.#queue.drain()) turn.reject(error);
  }
}

function closedError(): ActionwireError {
  return new ActionwireError('ENGINE_CLOSED', 'the engine is closed');
}

function job(window: Window, vocabulary: LabelsInUse['vocabulary']): Job {
  return vocabulary === undefined ? { window } : { window, vocabulary };
}

function resultAt(results: readonly ItemScores[], index: number): ItemScores {
  const result = results[index];
  if (result === undefined) throw new Error(`the inference process answered ${results.length} windows`);
  return result;
}
