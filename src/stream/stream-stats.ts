/** Counters of one stream since it was opened; what a status line or a metric shows. */
import { zeroCounters, type DecoderCounters } from './protocol.js';

export interface StreamStats extends Readonly<DecoderCounters> {
  /** Connection attempts after the first. */
  readonly reconnects: number;
}

/** Sums the counters of successive decoder processes. */
export class StatsKeeper {
  #before: DecoderCounters = { ...zeroCounters };
  #current: DecoderCounters = { ...zeroCounters };
  attempts = 0;
  /** Frames dropped on this side, in the queue of a slow live consumer. */
  queueDrops = 0;

  /** Takes the newest totals of the running process. */
  update(counters: DecoderCounters): void {
    this.#current = counters;
  }

  /** The process is gone: what it counted stays counted. */
  settle(): void {
    this.#before = this.#sum();
    this.#current = { ...zeroCounters };
  }

  snapshot(): StreamStats {
    const sum = this.#sum();
    return { ...sum, dropped: sum.dropped + this.queueDrops, reconnects: Math.max(0, this.attempts - 1) };
  }

  #sum(): DecoderCounters {
    const a = this.#before;
    const b = this.#current;
    return {
      packets: a.packets + b.packets,
      decoded: a.decoded + b.decoded,
      sampled: a.sampled + b.sampled,
      dropped: a.dropped + b.dropped,
      decodeErrors: a.decodeErrors + b.decodeErrors,
    };
  }
}
