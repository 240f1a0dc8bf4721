/** Running figures of one stream: windows a second, latency percentiles, dropped windows. */

const RECENT = 128;
/** A rate is measured over this much wall time. */
const RATE_SPAN_MS = 10_000;

/** Rates per second, latencies in milliseconds (from capture until the scores were there). Absent: nothing measured yet. */
export interface StreamFigures {
  readonly framesPerSecond?: number;
  readonly windowsPerSecond: number;
  readonly latencyP50Ms?: number;
  readonly latencyP95Ms?: number;
  /** Since the start. */
  readonly droppedWindows: number;
}

interface Measured {
  readonly atMs: number;
  readonly latencyMs: number;
}

export class StreamMeter {
  #recent: Measured[] = [];
  #dropped = 0;
  #framesPerSecond: number | undefined;

  get droppedWindows(): number {
    return this.#dropped;
  }

  /** One window's scores arrived at wall time `atMs`, `latencyMs` after its newest frame was captured. */
  addWindow(atMs: number, latencyMs: number): void {
    this.#recent.push({ atMs, latencyMs: Math.max(0, latencyMs) });
    if (this.#recent.length > RECENT) this.#recent.shift();
  }

  addDropped(): void {
    this.#dropped += 1;
  }

  /** Undefined: not known, for example while the stream is lost. */
  setFrameRate(framesPerSecond: number | undefined): void {
    this.#framesPerSecond = framesPerSecond;
  }

  /** Figures of the last ten seconds at most. */
  read(nowMs: number): StreamFigures {
    const recent = this.#recent.filter(({ atMs }) => nowMs - atMs <= RATE_SPAN_MS);
    const latencies = recent.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b);
    return {
      ...(this.#framesPerSecond === undefined ? {} : { framesPerSecond: oneDecimal(this.#framesPerSecond) }),
      windowsPerSecond: oneDecimal(ratePerSecond(recent.length, recent[0]?.atMs, nowMs)),
      ...(latencies.length === 0
        ? {}
        : { latencyP50Ms: percentile(latencies, 0.5), latencyP95Ms: percentile(latencies, 0.95) }),
      droppedWindows: this.#dropped,
    };
  }
}

/** Things per second from the first of `count` until now. */
export function ratePerSecond(count: number, firstAtMs: number | undefined, nowMs: number): number {
  return firstAtMs === undefined || nowMs <= firstAtMs ? 0 : ((count - 1) * 1000) / (nowMs - firstAtMs);
}

/** Nearest-rank percentile of ascending values. */
function percentile(ascending: readonly number[], fraction: number): number {
  return oneDecimal(ascending[Math.ceil(fraction * ascending.length) - 1] ?? 0);
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}
