/** Picks, by timestamps, which decoded pictures become frames at a fixed rate. */
import type { GapReason } from '../core/types.js';

export interface SamplerOptions {
  /** Output rate, frames per second. */
  readonly fps: number;
  /** How many extra times one picture may stand for ticks that the source did not fill; more when the source is that slow. */
  readonly maxRepeats?: number;
  /** A forward step larger than this breaks the timeline, milliseconds. */
  readonly maxJumpMs?: number;
}

export interface Sample {
  /** Set when this picture must not share a window with the ones before it. */
  readonly gap: GapReason | undefined;
  /** The ticks this picture is the sample of, ascending; empty when the picture is not needed. Milliseconds. */
  readonly ticks: readonly number[];
}

const toleranceMs = 0.1;

/** A step of at most this many times the one before it is the pace of a slow source, and no hole. */
const steadyStep = 1.5;

const nothing: Sample = { gap: undefined, ticks: [] };

/**
 * The sample of a tick is the first picture at or after it. Ticks lie on a grid of `1000 / fps` milliseconds anchored
 * at the first picture after a gap, so between two gaps their distance is exact and they strictly increase.
 */
export class TickSampler {
  readonly #tickMs: number;
  readonly #maxRepeats: number;
  readonly #maxJumpMs: number;
  #anchorMs = 0;
  #emitted = 0;
  #lastMs: number | undefined;
  /** Time between the last two pictures, milliseconds; 0 when there were none. */
  #stepMs = 0;

  constructor({ fps, maxRepeats = 4, maxJumpMs = 1500 }: SamplerOptions) {
    this.#tickMs = 1000 / fps;
    this.#maxRepeats = maxRepeats;
    this.#maxJumpMs = maxJumpMs;
  }

  /** @param ptsMs presentation time of the next decoded picture, milliseconds */
  push(ptsMs: number): Sample {
    const { lastMs, stepMs } = this.#advance(ptsMs);
    if (lastMs === undefined) return this.#restart(ptsMs, undefined);
    if (ptsMs < lastMs || ptsMs > lastMs + this.#maxJumpMs) return this.#restart(ptsMs, 'timestamp-jump');
    const due = Math.floor((ptsMs + toleranceMs - this.#anchorMs) / this.#tickMs) + 1 - this.#emitted;
    if (due <= 0) return nothing;
    const steady = ptsMs - lastMs <= steadyStep * stepMs;
    if (due > this.#maxRepeats + 1 && !steady) return this.#restart(ptsMs, 'missing-frames');
    return { gap: undefined, ticks: this.#take(due) };
  }

  /** Forgets the timeline: the next picture starts a new one without a gap of its own. */
  reset(): void {
    this.#lastMs = undefined;
  }

  /** @returns time of the picture before this one, and the step that led to that one */
  #advance(ptsMs: number): { readonly lastMs: number | undefined; readonly stepMs: number } {
    const before = { lastMs: this.#lastMs, stepMs: this.#stepMs };
    this.#stepMs = before.lastMs === undefined ? 0 : ptsMs - before.lastMs;
    this.#lastMs = ptsMs;
    return before;
  }

  #restart(ptsMs: number, gap: GapReason | undefined): Sample {
    this.#anchorMs = ptsMs;
    this.#emitted = 0;
    return { gap, ticks: this.#take(1) };
  }

  #take(count: number): number[] {
    const first = this.#emitted;
    this.#emitted += count;
    return Array.from({ length: count }, (_, i) => this.#anchorMs + (first + i) * this.#tickMs);
  }
}
