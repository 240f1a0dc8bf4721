/** Opens a source as a stream of frames, gaps and states, and keeps it going: every fault becomes a state, never an exception. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ActionwireError, asActionwireError } from '../core/errors.js';
import type { GapReason, StreamItem } from '../core/types.js';
import { runAttempt, type AttemptHandlers, type Outcome } from './attempt.js';
import { backoffDelay } from './backoff.js';
import { CrashedHardware } from './crashed-hardware.js';
import { FailureCount } from './failure-count.js';
import { guardedPlan } from './guard/guarded-plan.js';
import { retryAfter, type Failure } from './failure.js';
import { hwaccelCandidates } from './hwaccel.js';
import type { DecoderSettings } from './protocol.js';
import { planInput } from './source-spec.js';
import type { SourceSpec } from './source-type.js';
import { StreamEmitter } from './stream-emitter.js';
import { creditsInFlight, resolveOptions, type ResolvedOptions, type StreamOptions } from './stream-options.js';
import { StatsKeeper, type StreamStats } from './stream-stats.js';
import { runPublished } from './whip/run-published.js';
import type { PublisherPlace } from './whip/publisher-desk.js';

/** A stream's items, in order. Iterate once; the decoder process starts then and is gone when the iteration has ended. */
export interface ActionStream extends AsyncIterable<StreamItem> {
  readonly streamId: string;
  /** Counters since the stream was opened, about a second old. */
  stats(): StreamStats;
}

/**
 * @throws ActionwireError SOURCE_NOT_ALLOWED (also for `whip:` without a desk), HWACCEL_UNAVAILABLE for hardware that this platform cannot have, or SOURCE_UNSUPPORTED for a webcam on an unknown platform; RangeError
 * for options out of range. Whatever happens later is told by a `state` item.
 */
export function openStream(spec: SourceSpec, options: StreamOptions): ActionStream {
  const resolved = resolveOptions(options, spec.id);
  if (!resolved.allow.includes(spec.kind)) {
    throw new ActionwireError('SOURCE_NOT_ALLOWED', `Sources of kind '${spec.kind}' are not allowed here.`);
  }
  if (spec.kind === 'whip' && options.desk === undefined) {
    throw new ActionwireError('SOURCE_NOT_ALLOWED', 'Nobody can publish to this program: it has no server.');
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
  const { colorMatrix, videoTrack, squarePixels, deinterlace, hwaccel, allowHosts } = options;
  hwaccelCandidates(hwaccel); // throws for one that this platform cannot have
  const open = planInput(spec, { ...options, platform: process.platform });
  const limits = { openTimeoutMs, stallTimeoutMs, maxMemoryMb, credits: creditsInFlight };
  const pictures = { preparation, squarePixels, deinterlace, hwaccel };
  return {
    plan: allowHosts === undefined ? open : guardedPlan(open),
    ...{ fps, mode, pace, loop, ...limits, ...pictures },
    ...(colorMatrix === undefined ? {} : { colorMatrix }),
    ...(videoTrack === undefined ? {} : { videoTrack }),
    ...(allowHosts === undefined ? {} : { allowHosts }),
  };
}

class Supervisor {
  readonly stats = new StatsKeeper();
  readonly #emitter: StreamEmitter;
  readonly #count = new FailureCount();
  readonly #hardware = new CrashedHardware();
  #endless: boolean;
  /** Since when this connection has shown pictures; not the wall clock, which may be set meanwhile. */
  #liveSince: number | undefined;
  /** Where publishers ask in, while the stream runs. */
  #place: PublisherPlace | undefined;

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
    this.#place = this.spec.kind === 'whip' ? this.options.desk?.open(this.options.streamId) : undefined;
    const running = this.#run(signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]));
    try {
      for (let item = await this.#next(); item !== undefined; item = await this.#next()) yield item;
    } finally {
      stop.abort();
      this.#place?.close();
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
    const { stallTimeoutMs } = this.options;
    emitter.connecting(this.#place === undefined ? undefined : 'Waiting for a publisher.');
    this.stats.attempts++;
    this.#liveSince = undefined;
    const handlers: AttemptHandlers = {
      onOpened: ({ endless }) => (this.#endless = endless),
      onHardware: (name) => this.#hardware.use(name),
      onDecoder: (choice) => emitter.decodedBy(choice),
      onFrame: (message, taken) => {
        if (this.#liveSince === undefined) this.#begin();
        emitter.frame(message, taken);
      },
      onGap: ({ reason }) => this.#gap(reason),
      onStalled: () => emitter.stalled(stallTimeoutMs),
      onCounters: (counters) => this.stats.update(counters),
    };
    const settings = { ...this.settings, crashedHardware: this.#hardware.names };
    const outcome = await (this.#place === undefined
      ? runAttempt({ type: 'open', settings }, handlers, signal)
      : runPublished(settings, this.#place, handlers, signal));
    this.#hardware.conclude(outcome.kind === 'failed' ? outcome.failure : undefined);
    this.stats.settle();
    return outcome;
  }

  /** The first frame of a connection: from here on media time runs again. */
  #begin(): void {
    this.#liveSince = performance.now();
    this.#emitter.newClock();
  }

  /** The timestamps of a camera whose clock was set tell nothing about the time that passed; those of a recording do. */
  #gap(reason: GapReason): void {
    this.#emitter.gap(reason);
    if (this.#endless && this.options.mode === 'live' && reason !== 'missing-frames') this.#emitter.newClock();
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
    const { mode, loop, reconnect, random } = this.options;
    const liveMs = this.#liveSince === undefined ? 0 : performance.now() - this.#liveSince;
    this.#count.add(failure.kind, liveMs, !this.#endless && !loop);
    if (this.#place !== undefined) {
      // Waiting for the next publisher costs nothing and is done at once.
      this.#emitter.lost(failure, 0);
      return 0;
    }
    const everLive = this.#emitter.frames > 0;
    const attached = this.spec.kind === 'webcam';
    const retry = retryAfter(failure.kind, {
      endless: this.#endless,
      attached,
      mode,
      everLive,
      crashes: this.#count.crashes,
    });
    if (retry === 'no') {
      this.#emitter.failed(failure);
      return undefined;
    }
    const delayMs = backoffDelay(retry, this.#count.failures, reconnect, random());
    this.#emitter.lost(failure, delayMs);
    return delayMs;
  }
}
