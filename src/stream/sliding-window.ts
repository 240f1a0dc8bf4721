/** Turns the frames of one stream into overlapping windows; a gap starts a window afresh. */
import { Observable, type OperatorFunction } from 'rxjs';
import type { Frame, StreamItem, Window, WindowItem } from '../core/types.js';
import { FrameRing } from './frame-ring.js';

export interface SlidingWindowOptions {
  /** Frames per window, T. */
  readonly frameCount: number;
  /** Frames between the starts of two windows, >= 1. */
  readonly strideFrames: number;
  /** Frames by which all windows are later than the earliest that could be, 0 (default) up to `strideFrames` - 1. */
  readonly offsetFrames?: number;
}

/**
 * The first window is emitted as soon as T frames without a gap are there and `offsetFrames` more, then one every `strideFrames` frames.
 * Gaps and states pass through in order. Window pixels are a view into the ring: valid until the next frame.
 */
export function slidingWindow(options: SlidingWindowOptions): OperatorFunction<StreamItem, WindowItem> {
  return (source) =>
    new Observable<WindowItem>((subscriber) => {
      const windower = new Windower(options);
      return source.subscribe({
        next: (item) => {
          const out = windower.push(item);
          if (out !== undefined) subscriber.next(out);
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
}

/** The state of `slidingWindow` for one stream. */
export class Windower {
  #ring: FrameRing | undefined;
  #index = 0;
  #sinceWindow = 0;
  #run = 0;
  #newestFrame = -1;

  constructor(private readonly options: SlidingWindowOptions) {
    if (!Number.isInteger(options.strideFrames) || options.strideFrames < 1) {
      throw new RangeError(`strideFrames must be >= 1: ${options.strideFrames}`);
    }
    const { offsetFrames = 0 } = options;
    if (!Number.isInteger(offsetFrames) || offsetFrames < 0 || offsetFrames >= options.strideFrames) {
      throw new RangeError(`offsetFrames must be 0 to strideFrames - 1: ${offsetFrames}`);
    }
  }

  /** @returns what to emit for this item, if anything */
  push(item: StreamItem): WindowItem | undefined {
    switch (item.kind) {
      case 'frame':
        return this.#pushFrame(item.frame);
      case 'gap':
        this.#ring?.clear();
        this.#run++;
        return item;
      case 'state':
        return item;
      default:
        return item satisfies never;
    }
  }

  #pushFrame(frame: Frame): WindowItem | undefined {
    const ring = this.#ringFor(frame);
    const wasFull = ring.isFull;
    ring.push(frame.pixels, frame.ptsMs);
    this.#newestFrame++;
    if (!ring.isFull) return undefined;
    const { strideFrames, offsetFrames = 0 } = this.options;
    this.#sinceWindow = wasFull ? this.#sinceWindow + 1 : strideFrames - offsetFrames;
    if (this.#sinceWindow < strideFrames) return undefined;
    this.#sinceWindow = 0;
    return { kind: 'window', window: this.#window(frame, ring) };
  }

  #ringFor(frame: Frame): FrameRing {
    if (this.#ring?.frameBytes !== frame.pixels.length) {
      if (this.#ring !== undefined) this.#run++;
      this.#ring = new FrameRing(this.options.frameCount, frame.pixels.length);
    }
    return this.#ring;
  }

  #window(newest: Frame, ring: FrameRing): Window {
    return {
      streamId: newest.streamId,
      index: this.#index++,
      firstPtsMs: ring.firstPtsMs,
      lastPtsMs: newest.ptsMs,
      capturedAtMs: newest.capturedAtMs,
      frameCount: this.options.frameCount,
      width: newest.width,
      height: newest.height,
      pixels: ring.view(),
      place: { run: this.#run, newestFrame: this.#newestFrame },
    };
  }
}
