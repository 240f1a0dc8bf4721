/** Writes a stream's items in order: states by the table, frames on one growing media time, gaps where it breaks. */
import type { DecoderChoice, Frame, GapReason, StreamState, StreamStatus } from '../core/types.js';
import { failureCode, type Failure } from './failure.js';
import { ItemQueue } from './item-queue.js';
import type { ChildMessage } from './protocol.js';
import { maxQueuedItems, type ResolvedOptions } from './stream-options.js';
import type { StatsKeeper } from './stream-stats.js';
import { StatusMachine } from './stream-state.js';
import { Timeline } from './timeline.js';

export class StreamEmitter {
  readonly queue: ItemQueue;
  readonly #status = new StatusMachine();
  readonly #timeline: Timeline;
  readonly #taken = new WeakMap<Frame, () => void>();
  #frameIndex = 0;
  #lastFrameAt: number | undefined;
  #attempt = 0;
  #decoder: DecoderChoice | undefined;
  /** Whether a frame has been emitted since the last gap. */
  #unbroken = false;

  constructor(
    private readonly options: ResolvedOptions,
    stats: StatsKeeper,
    keepStart: boolean,
  ) {
    this.#timeline = new Timeline(options.fps, keepStart);
    this.queue = new ItemQueue({
      maxItems: maxQueuedItems,
      dropOldest: options.mode === 'live',
      onDrop: () => stats.queueDrops++,
    });
  }

  get status(): StreamStatus | undefined {
    return this.#status.status;
  }

  get frames(): number {
    return this.#frameIndex;
  }

  connecting(reason?: string): void {
    this.#attempt++;
    this.#state('connecting', reason === undefined ? {} : { reason });
  }

  /** What decodes from here on; told with every `live`. */
  decodedBy(choice: DecoderChoice): void {
    this.#decoder = choice;
  }

  stalled(stallTimeoutMs: number): void {
    if (this.status !== 'live') return;
    const message = `No new picture for ${stallTimeoutMs} ms.`;
    this.#state('stalled', told({ kind: 'stalled', message }));
  }

  ended(): void {
    this.#state('ended');
  }

  failed(failure: Failure): void {
    this.#state('failed', told(failure));
  }

  lost(failure: Failure, retryInMs: number): void {
    this.#state('lost', { ...told(failure), retryInMs });
    if (this.#unbroken) this.gap('reconnect');
  }

  gap(reason: GapReason): void {
    this.#unbroken = false;
    this.queue.push({ kind: 'gap', streamId: this.options.streamId, reason, atPtsMs: this.#timeline.nowMs });
  }

  /** The next frame's timestamps count from another zero: media time goes on by the time that has passed since the last frame. */
  newClock(): void {
    if (this.#lastFrameAt !== undefined) this.#timeline.break(performance.now() - this.#lastFrameAt);
  }

  /** In live mode the frame counts as taken when queued; in replay mode when the consumer pulls it. */
  frame({ ticks, capturedAtMs, pixels }: Extract<ChildMessage, { type: 'frame' }>, taken: () => void): void {
    if (this.status !== 'live') this.#state('live');
    this.#unbroken = true;
    this.#lastFrameAt = performance.now();
    let last: Frame | undefined;
    for (const tick of ticks) {
      last = this.#frame(this.#timeline.place(tick), capturedAtMs, pixels);
      this.queue.push({ kind: 'frame', frame: last });
    }
    if (this.options.mode === 'live' || last === undefined) taken();
    else this.#taken.set(last, taken);
  }

  /** The consumer has this frame in its hands. */
  taken(frame: Frame): void {
    this.#taken.get(frame)?.();
  }

  #frame(ptsMs: number, capturedAtMs: number, pixels: Uint8Array): Frame {
    const { streamId, preparation, mode } = this.options;
    return {
      streamId,
      index: this.#frameIndex++,
      ptsMs,
      capturedAtMs: mode === 'live' ? capturedAtMs : ptsMs,
      width: preparation.cropWidth,
      height: preparation.cropHeight,
      pixels,
    };
  }

  #state(status: StreamStatus, more: Pick<StreamState, 'code' | 'reason' | 'retryInMs'> = {}): void {
    this.#status.move(status);
    const { streamId, mode, clock } = this.options;
    const state: StreamState = {
      streamId,
      status,
      atMs: mode === 'live' ? clock.now() : this.#timeline.nowMs,
      attempt: this.#attempt,
      ...more,
      ...(status !== 'live' || this.#decoder === undefined ? {} : { decoder: this.#decoder }),
    };
    this.queue.push({ kind: 'state', state });
  }
}

/** What is told of a failure. */
function told({ kind, message }: Failure): Pick<StreamState, 'code' | 'reason'> {
  return { code: failureCode(kind), reason: message };
}
