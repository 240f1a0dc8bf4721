/** Tells when a decoded picture is to be shown, also where its container does not. */
import { AV_NOPTS_VALUE } from 'node-av/constants';
import type { Frame } from 'node-av/lib';

/** So many live pictures without a time may come first: RTSP servers tell theirs a little late. */
const maxUntold = 5;
/** What FFmpeg takes for the rate of a stream that does not say, 25 a second. Milliseconds. */
const usualStepMs = 40;

type Timed = Pick<Frame, 'bestEffortTimestamp' | 'duration'>;

export class PictureClock {
  #lastMs: number | undefined;
  #untold = 0;
  #arrivedAt: number | undefined;

  /**
   * @param msPerUnit length of the stream's time unit, milliseconds
   * @param live whether pictures come in real time, so that their arrival tells their time where nothing else does
   */
  constructor(
    private readonly msPerUnit: number,
    private readonly live: boolean,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Milliseconds on the stream's own clock; undefined for the first live pictures, whose time nobody knows yet. */
  timeOf(picture: Timed): number | undefined {
    const time = this.#told(picture) ?? (this.live ? this.#byArrival() : this.#afterLast(picture));
    this.#lastMs = time ?? this.#lastMs;
    return time;
  }

  #told({ bestEffortTimestamp }: Timed): number | undefined {
    if (bestEffortTimestamp === AV_NOPTS_VALUE) return undefined;
    this.#arrivedAt = this.now();
    return Number(bestEffortTimestamp) * this.msPerUnit;
  }

  /** As much later than the last picture of known time as it came later. */
  #byArrival(): number | undefined {
    const now = this.now();
    if (this.#arrivedAt === undefined && ++this.#untold < maxUntold) return undefined;
    const passedMs = this.#arrivedAt === undefined ? 0 : now - this.#arrivedAt;
    this.#arrivedAt = now;
    return (this.#lastMs ?? 0) + passedMs;
  }

  #afterLast({ duration }: Timed): number {
    const stepMs = duration > 0n ? Number(duration) * this.msPerUnit : usualStepMs;
    return this.#lastMs === undefined ? 0 : this.#lastMs + stepMs;
  }
}
