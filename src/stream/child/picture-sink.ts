/** Takes every decoded picture and sends the few that become frames: sampled first, prepared after, never faster than allowed. */
import { AV_FRAME_FLAG_CORRUPT } from 'node-av/constants';
import type { Frame, Stream } from 'node-av/lib';
import type { GapReason } from '../../core/types.js';
import type { ChildMessage, DecoderCounters, DecoderSettings } from '../protocol.js';
import { TickSampler } from '../sampler.js';
import { SourceFailure } from './averror.js';
import type { Credits } from './credits.js';
import { filterChain } from './filter-chain.js';
import type { Sink } from './decoder.js';
import type { OpenInput } from './input.js';
import { Pacer } from './pacer.js';
import { PictureClock } from './picture-clock.js';
import { PictureFilter } from './picture-filter.js';
import { rotationFilters } from './rotation.js';

/** What the sink has to know of where the pictures come from. */
export type PictureOrigin = Pick<OpenInput, 'canOutrun' | 'displayMatrix' | 'info' | 'startMs'> & {
  readonly stream: { readonly timeBase: Pick<Stream['timeBase'], 'num' | 'den'> };
};

export class PictureSink implements Sink {
  readonly #filter: PictureFilter;
  readonly #sampler: TickSampler;
  readonly #pacer: Pacer | undefined;
  readonly #clock: PictureClock;
  readonly #startMs: number;
  #size = '';
  /** Set when frames were left out: the next one must not join the ones before. */
  #gap: GapReason | undefined;

  constructor(
    private readonly settings: DecoderSettings,
    input: PictureOrigin,
    private readonly credits: Credits,
    private readonly counters: DecoderCounters,
    private readonly send: (message: ChildMessage) => void,
    private readonly signal: AbortSignal,
  ) {
    const { preparation, colorMatrix, squarePixels, deinterlace, fps, pace } = settings;
    const rotation = rotationFilters(input.displayMatrix);
    const shape = { preparation, rotation, squarePixels, deinterlace };
    const chain = { ...shape, ...(colorMatrix === undefined ? {} : { colorMatrix }) };
    this.#filter = new PictureFilter((picture) => filterChain(chain, picture));
    this.#sampler = new TickSampler({ fps });
    this.#pacer = pace === 'media' && input.canOutrun ? new Pacer(signal) : undefined;
    const msPerUnit = (1000 * input.stream.timeBase.num) / input.stream.timeBase.den;
    this.#clock = new PictureClock(msPerUnit, !input.canOutrun);
    this.#startMs = input.info.endless ? 0 : input.startMs;
  }

  /** The caller keeps the picture. Waits in replay mode until the program takes it, and for its time when paced. */
  async take(picture: Frame): Promise<void> {
    this.counters.decoded++;
    if (picture.decodeErrorFlags !== 0 || picture.hasFlags(AV_FRAME_FLAG_CORRUPT)) this.counters.decodeErrors++;
    const timeMs = this.#clock.timeOf(picture);
    if (timeMs === undefined) return;
    this.#noticeSize(picture);
    const ptsMs = timeMs - this.#startMs;
    const { gap, ticks } = this.#sampler.push(ptsMs);
    if (gap !== undefined) this.#pacer?.reset();
    // A jump outweighs pictures that were left out before it: the clock after it is another one.
    this.#gap = gap === 'timestamp-jump' ? gap : (this.#gap ?? gap);
    if (ticks.length === 0) return;
    await this.#pacer?.wait(ptsMs).catch(() => undefined);
    if (this.signal.aborted) return;
    await this.#deliver(picture, ticks, Date.now());
  }

  close(): void {
    this.#filter.close();
  }

  /** A camera that changes its resolution usually changes its view too: the pictures do not belong together. */
  #noticeSize({ width, height }: Frame): void {
    const size = `${width}x${height}`;
    if (this.#size !== '' && this.#size !== size) {
      this.#gap = 'resolution-change';
      this.#sampler.reset();
    }
    this.#size = size;
  }

  async #deliver(picture: Frame, ticks: readonly number[], capturedAtMs: number): Promise<void> {
    const allowed = this.settings.mode === 'live' ? this.credits.tryTake() : await this.credits.take(this.signal);
    if (this.signal.aborted) return;
    const pixels = allowed ? this.#prepare(picture) : undefined;
    if (pixels === undefined) {
      this.#gap ??= 'missing-frames';
      if (allowed) this.credits.give();
      else this.counters.dropped += ticks.length;
      return;
    }
    if (this.#gap !== undefined) this.send({ type: 'gap', reason: this.#gap });
    this.#gap = undefined;
    this.counters.sampled += ticks.length;
    this.send({ type: 'frame', ticks, capturedAtMs, pixels });
  }

  /** A picture that cannot be converted is one more damaged picture, not the end of the stream. */
  #prepare(picture: Frame): Uint8Array | undefined {
    try {
      return this.#filter.prepare(picture).pixels;
    } catch (error) {
      if (!(error instanceof SourceFailure)) throw error;
      this.counters.decodeErrors++;
      return undefined;
    }
  }
}
