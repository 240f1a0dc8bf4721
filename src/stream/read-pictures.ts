/** Reads chosen pictures out of a recording, in a decoder process of its own. */
import { ActionwireError } from '../core/errors.js';
import type { Picture, PictureResize, PicturesRead } from '../core/picture.js';
import { DecoderProcess } from './decoder-process.js';
import { crashed, failureCode, type Failure } from './failure.js';
import type { ChildMessage, ReadSettings } from './protocol.js';
import { planInput } from './source-spec.js';
import type { SourceSpec } from './source-type.js';
import { creditsInFlight, streamDefaults } from './stream-options.js';

export interface ReadOptions {
  readonly resize: PictureResize;
  /** Told how many pictures there are (at least 1); answers which are wanted: their numbers from 0, in any order, also twice. */
  readonly choose: (total: number) => readonly number[];
  /** How long opening may take, milliseconds. Default 10000. */
  readonly openTimeoutMs?: number;
  /** Twice this long without a picture ends the reading, milliseconds. Default 5000. */
  readonly stallTimeoutMs?: number;
  /** The decoder process is killed when it uses more (Linux only). Megabytes, 0: no limit. Default 1024. */
  readonly maxMemoryMb?: number;
  /** Ends the reading and its process. */
  readonly signal?: AbortSignal;
}

/**
 * Pictures are numbered as they are shown. All that were chosen are in the answer; they are held in memory.
 * @throws ActionwireError with the code of the failure (`SOURCE_...`), or the reason of `signal`; the process is gone then
 */
export async function readPictures(spec: SourceSpec, options: ReadOptions): Promise<PicturesRead> {
  const { signal } = options;
  signal?.throwIfAborted();
  const reading = new Reading(readSettings(spec, options), options.choose);
  const onAbort = (): void => reading.giveUp(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await reading.result;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await reading.close();
  }
}

function readSettings(
  spec: SourceSpec,
  { resize, openTimeoutMs, stallTimeoutMs, ...limits }: ReadOptions,
): ReadSettings {
  const timeouts = {
    openTimeoutMs: openTimeoutMs ?? streamDefaults.openTimeoutMs,
    stallTimeoutMs: stallTimeoutMs ?? streamDefaults.stallTimeoutMs,
  };
  const plan = planInput(spec, { ...streamDefaults, ...timeouts, mode: 'replay', platform: process.platform });
  if (plan.nature !== 'recording') {
    throw new ActionwireError('SOURCE_UNSUPPORTED', 'Only a recording can be read picture by picture.');
  }
  const { maxMemoryMb = streamDefaults.maxMemoryMb } = limits;
  return { plan, resize, ...timeouts, maxMemoryMb, credits: creditsInFlight, hwaccel: 'none' };
}

/** The program's side of one reading. */
class Reading {
  readonly result: Promise<PicturesRead>;
  readonly #process: DecoderProcess;
  readonly #pictures = new Map<number, Picture>();
  #total = 0;
  #finish!: (result: PicturesRead) => void;
  #fail!: (error: unknown) => void;

  constructor(
    settings: ReadSettings,
    private readonly choose: ReadOptions['choose'],
  ) {
    this.result = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    this.#process = new DecoderProcess(
      { type: 'read', settings },
      { onMessage: (message) => this.#take(message), onExit: (reason) => this.#failed(crashed(reason)) },
    );
  }

  giveUp(reason: unknown): void {
    this.#fail(reason);
  }

  close(): Promise<void> {
    return this.#process.close();
  }

  #take(message: ChildMessage): void {
    switch (message.type) {
      case 'counted':
        this.#pick(message.pictures);
        return;
      case 'picture':
        this.#keep(message);
        this.#process.credit();
        return;
      case 'ended':
        this.#finish({ total: this.#total, pictures: this.#pictures });
        return;
      case 'failed':
        this.#failed(message.failure);
        return;
      case 'opening':
      case 'answer':
      case 'opened':
      case 'hardware':
      case 'decoder':
      case 'frame':
      case 'gap':
      case 'stalled':
      case 'counters':
        return;
      default:
        message satisfies never;
    }
  }

  #pick(total: number): void {
    this.#total = total;
    this.#pictures.clear();
    try {
      this.#process.pick([...new Set(this.choose(total))]);
    } catch (error) {
      this.#fail(error);
    }
  }

  #keep({ index, width, height, pixels }: Extract<ChildMessage, { type: 'picture' }>): void {
    this.#pictures.set(index, { width, height, pixels });
  }

  #failed({ kind, message }: Failure): void {
    this.#fail(new ActionwireError(failureCode(kind), message));
  }
}
