/** Opens a source as a stream of frames, gaps and states, and keeps it going: every fault becomes a state, never an exception. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ActionwireError, asActionwireError } from '../core/errors.js';
import type { StreamItem } from '../core/types.js';
import { runAttempt, type Outcome } from './attempt.js';
import { backoffDelay } from './backoff.js';
import { guardedPlan } from './guard/guarded-plan.js';
import { retryAfter, type Failure } from './failure.js';
import type { DecoderSettings } from './protocol.js';
import { planInput } from './source-spec.js';
import type { SourceSpec } from './source-type.js';
import { StreamEmitter } from './stream-emitter.js';
import {
  creditsInFlight,
  resolveOptions,
  steadyAfterMs,
  type ResolvedOptions,
  type StreamOptions,
} from './stream-options.js';
import { StatsKeeper, type StreamStats } from './stream-stats.js';

/** A stream's items, in order. Iterate once; the decoder process starts then and is gone when the iteration has ended. */
export interface ActionStream extends AsyncIterable<StreamItem> {
  readonly streamId: string;
  /** Counters since the stream was opened, about a second old. */
  stats(): StreamStats;
}

/**
 * @throws ActionwireError SOURCE_NOT_ALLOWED, or SOURCE_UNSUPPORTED for a webcam on an unknown platform; RangeError
 * for options out of range. Whatever happens later is told by a `state` item.
 */
export function openStream(spec: SourceSpec, options: StreamOptions): ActionStream {
  const resolved = resolveOptions(options, spec.id);
  if (!resolved.allow.includes(spec.kind)) {
    throw new ActionwireError('SOURCE_NOT_ALLOWED', `Sources of kind '${spec.kind}' are not allowed here.`);
  }
  const stream = new Supervisor(spec, decoderSettings(spec, resolved), resolved);
  return {
    streamId: resolved.streamId,
    stats: () => stream.stats.snapshot(),
    [Symbol.asyncIterator]: () => stream.items(options.signal),
  };
}

/** The counters of a stream, for status lines and metrics. */
export function streamStats(stream: ActionStream): StreamStats {
  return stream.stats();
}

function decoderSettings(spec: SourceSpec, options: ResolvedOptions): DecoderSettings {
  const { fps, preparation, mode, pace, loop, openTimeoutMs, stallTimeoutMs, maxMemoryMb } = options;
  const { colorMatrix, allowHosts } = options;
  const open = planInput(spec, { ...options, platform: process.platform });
  const plan = allowHosts === undefined ? open : guardedPlan(open);
  const limits = { openTimeoutMs, stallTimeoutMs, maxMemoryMb, credits: creditsInFlight };
  return {
    ...{ plan, fps, preparation, mode, pace, loop, ...limits },
    ...(colorMatrix === undefined ? {} : { colorMatrix }),
    ...(allowHosts === undefined ? {} : { allowHosts }),
  };
}

class Supervisor {
  readonly stats = new StatsKeeper();
  readonly #emitter: StreamEmitter;
  #endless: boolean;
  #crashes = 0;
  #failures = 0;
  #lostAtMs: number | undefined;
  #liveSinceMs: number | undefined;

  constructor(
    private readonly spec: SourceSpec,
    private readonly settings: DecoderSettings,
    private readonly options: ResolvedOptions,
  ) {
    const { nature } = settings.plan;
    this.#endless = nature !== 'recording';
    this.#emitter = new StreamEmitter(options, this.stats, nature === 'recording');
  }

  async *items(signal: AbortSignal | undefined): AsyncGenerator<StreamItem, void, undefined> {
    const stop = new AbortController();
    const running = this.#run(signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]));
    try {
      for (let item = await this.#next(); item !== undefined; item = await this.#next()) yield item;
    } finally {
      stop.abort();
      await running;
    }
  }

  async #next(): Promise<StreamItem | undefined> {
    const item = await this.#emitter.queue.shift();
    if (item?.kind === 'frame') this.#emitter.taken(item.frame);
    return item;
  }

  /** Attempt after attempt, until the source has ended, failed for good, or `signal` aborts. */
  async #run(signal: AbortSignal): Promise<void> {
    const onAbort = (): void => this.#emitter.queue.close();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      while (!signal.aborted) {
        const outcome = await this.#attempt(signal);
        const delayMs = this.#conclude(outcome);
        if (delayMs === undefined) break;
        await sleep(delayMs, undefined, { signal }).catch(() => undefined);
      }
    } catch (error) {
      // Nothing above is expected to throw; if it does, the stream says so instead of falling silent.
      this.#emitter.failed({ kind: 'crashed', message: asActionwireError(error).message });
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#emitter.queue.close();
    }
  }

  async #attempt(signal: AbortSignal): Promise<Outcome> {
    const emitter = this.#emitter;
    const { stallTimeoutMs, clock } = this.options;
    emitter.connecting();
    this.stats.attempts++;
    this.#liveSinceMs = undefined;
    const outcome = await runAttempt(
      this.settings,
      {
        onOpened: ({ endless }) => (this.#endless = endless),
        onFrame: (message, taken) => {
          if (this.#liveSinceMs === undefined) this.#begin(clock.now());
          emitter.frame(message, taken);
        },
        onGap: ({ reason }) => emitter.gap(reason),
        onStalled: () => emitter.stalled(stallTimeoutMs),
        onCounters: (counters) => this.stats.update(counters),
      },
      signal,
    );
    this.stats.settle();
    return outcome;
  }

  /** The first frame of a connection: from here on media time runs again. */
  #begin(nowMs: number): void {
    this.#liveSinceMs = nowMs;
    if (this.#lostAtMs !== undefined) this.#emitter.newConnection(nowMs - this.#lostAtMs);
    this.#lostAtMs = undefined;
  }

  /** @returns how long to wait before the next attempt, or undefined when there is none */
  #conclude(outcome: Outcome): number | undefined {
    switch (outcome.kind) {
      case 'aborted':
        return undefined;
      case 'ended':
        this.#emitter.ended();
        return undefined;
      case 'failed':
        return this.#retry(outcome.failure);
      default:
        return outcome satisfies never;
    }
  }

  #retry(failure: Failure): number | undefined {
    this.#count(failure);
    const { mode, reconnect, random } = this.options;
    const everLive = this.#emitter.frames > 0;
    const attached = this.spec.kind === 'webcam';
    const retry = retryAfter(failure.kind, {
      endless: this.#endless,
      attached,
      mode,
      everLive,
      crashes: this.#crashes,
    });
    if (retry === 'no') {
      this.#emitter.failed(failure);
      return undefined;
    }
    const delayMs = backoffDelay(retry, this.#failures, reconnect, random());
    this.#emitter.lost(failure, delayMs);
    return delayMs;
  }

  #count({ kind }: Failure): void {
    const nowMs = this.options.clock.now();
    const steady = this.#liveSinceMs !== undefined && nowMs - this.#liveSinceMs >= steadyAfterMs;
    this.#failures = steady ? 1 : this.#failures + 1;
    this.#crashes = kind === 'crashed' ? (steady ? 1 : this.#crashes + 1) : 0;
    if (this.#emitter.frames > 0) this.#lostAtMs ??= nowMs;
  }
}
