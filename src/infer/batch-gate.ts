/** When the windows that wait are scored together: how many at most, and how long the first of them waits for others. */
import type { InferenceMode } from '../core/model-info.js';
import type { ProviderName } from './provider.js';

/** Without a wish: on a CPU all would wait for all; exact windows need T times the memory of a streamed frame. */
const usualOnAccelerator: Readonly<Record<InferenceMode, number>> = { exact: 4, streaming: 8 };

/** How many windows are scored together at most. */
export function batchLimit(mode: InferenceMode, provider: ProviderName, wish?: number): number {
  return Math.max(1, wish ?? (provider === 'cpu' ? 1 : usualOnAccelerator[mode]));
}

export class BatchGate {
  #timer: NodeJS.Timeout | undefined;

  /** @param waitMs how long a window may wait for others while nothing runs; 0: whoever waits starts at once */
  constructor(
    readonly limit: number,
    private readonly waitMs: number,
  ) {}

  /** True when a window that comes while nothing runs is taken before the caller goes on. */
  get immediate(): boolean {
    return this.limit === 1 || this.waitMs === 0;
  }

  /**
   * Whether to start now. When not, `again` is called at the deadline of the first window that waits.
   * @param waiting windows that wait, at least one; @param streams that could bring one; @param firstAtMs when the first was asked for
   */
  isOpen(waiting: number, streams: number, firstAtMs: number, again: () => void): boolean {
    const leftMs = firstAtMs + this.waitMs - performance.now();
    clearTimeout(this.#timer);
    if (waiting >= Math.min(this.limit, streams) || leftMs <= 0) return true;
    this.#timer = setTimeout(again, leftMs);
    return false;
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
