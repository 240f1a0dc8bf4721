/** Counts what goes through one stream and reads it as rates over the last seconds: for status lines, health and metrics. */
import type { Clock } from './clock.js';
import type { ActionwireMessage, LabelScore, StreamItem, StreamStatus } from './types.js';

export interface MeterReading {
  readonly streamId: string;
  readonly status: StreamStatus;
  readonly framesPerSecond: number;
  readonly windowsPerSecond: number;
  /** From the capture of a window's newest frame until its events were made: mean over the span, milliseconds. */
  readonly latencyMs: number | undefined;
  /** Since the start. */
  readonly droppedWindows: number;
  /** Best label of the newest window, smoothed. */
  readonly top: LabelScore | undefined;
}

const SPAN_MS = 5000;

export class Meter {
  readonly #started: number;
  readonly #frames: number[] = [];
  readonly #windows: { atMs: number; latencyMs: number }[] = [];
  #status: StreamStatus = 'connecting';
  #dropped = 0;
  #top: LabelScore | undefined;

  constructor(
    readonly streamId: string,
    private readonly clock: Clock,
  ) {
    this.#started = clock.now();
  }

  countItem(item: StreamItem): void {
    if (item.kind === 'frame') this.#frames.push(this.clock.now());
  }

  countMessage(message: ActionwireMessage): void {
    if (message.kind === 'state') this.#status = message.state.status;
    if (message.kind === 'dropped') this.#dropped += 1;
    if (message.kind !== 'scores') return;
    const now = this.clock.now();
    this.#windows.push({ atMs: now, latencyMs: now - message.scores.timing.capturedAtMs });
    this.#top = best(message.scores.labels, message.smoothed);
  }

  read(): MeterReading {
    const now = this.clock.now();
    const since = now - SPAN_MS;
    while (this.#frames[0] !== undefined && this.#frames[0] < since) this.#frames.shift();
    while (this.#windows[0] !== undefined && this.#windows[0].atMs < since) this.#windows.shift();
    const seconds = Math.max(0.001, Math.min(SPAN_MS, now - this.#started) / 1000);
    return {
      streamId: this.streamId,
      status: this.#status,
      framesPerSecond: this.#frames.length / seconds,
      windowsPerSecond: this.#windows.length / seconds,
      latencyMs: mean(this.#windows.map((window) => window.latencyMs)),
      droppedWindows: this.#dropped,
      top: this.#top,
    };
  }
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function best(labels: readonly string[], values: Float32Array): LabelScore | undefined {
  const index = values.reduce((at, value, i) => (value > (values[at] ?? -1) ? i : at), 0);
  const label = labels[index];
  return label === undefined ? undefined : { label, score: values[index] ?? 0 };
}
