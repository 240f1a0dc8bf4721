/** Watches one stream from its frames to its messages and says how it is doing: for the status line. */
import type { Clock } from './clock.js';
import { ratePerSecond, StreamMeter, type StreamFigures } from './stream-meter.js';
import type { ActionwireMessage, LabelScore, StreamItem, StreamStatus } from './types.js';

export interface MeterReading extends StreamFigures {
  readonly streamId: string;
  readonly status: StreamStatus;
  readonly framesPerSecond: number;
  /** Best label of the newest window, smoothed. */
  readonly top: LabelScore | undefined;
}

const FRAME_SPAN_MS = 5000;

export class Meter {
  readonly #figures = new StreamMeter();
  readonly #frameTimes: number[] = [];
  #status: StreamStatus = 'connecting';
  #top: LabelScore | undefined;

  constructor(
    readonly streamId: string,
    private readonly clock: Clock,
  ) {}

  countItem(item: StreamItem): void {
    if (item.kind !== 'frame') return;
    this.#frameTimes.push(this.clock.now());
    this.#forgetOldFrames();
  }

  countMessage(message: ActionwireMessage): void {
    const now = this.clock.now();
    if (message.kind === 'state') this.#status = message.state.status;
    if (message.kind === 'dropped') this.#figures.addDropped();
    if (message.kind !== 'scores') return;
    this.#figures.addWindow(now, now - message.scores.timing.capturedAtMs);
    this.#top = best(message.scores.labels, message.smoothed);
  }

  read(): MeterReading {
    return {
      streamId: this.streamId,
      status: this.#status,
      top: this.#top,
      ...this.#figures.read(this.clock.now()),
      framesPerSecond: this.frameRate(),
    };
  }

  /** Sampled frames per second over the last five seconds. */
  frameRate(): number {
    this.#forgetOldFrames();
    return ratePerSecond(this.#frameTimes.length, this.#frameTimes[0], this.clock.now());
  }

  /** Also while counting, so that a meter which nobody reads stays bounded. */
  #forgetOldFrames(): void {
    const now = this.clock.now();
    while (this.#frameTimes[0] !== undefined && now - this.#frameTimes[0] > FRAME_SPAN_MS) this.#frameTimes.shift();
  }
}

function best(labels: readonly string[], values: Float32Array): LabelScore | undefined {
  const index = values.reduce((at, value, i) => (value > (values[at] ?? -1) ? i : at), 0);
  const label = labels[index];
  return label === undefined ? undefined : { label, score: values[index] ?? 0 };
}
