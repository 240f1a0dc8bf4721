/** Notices when many windows of all streams together are dropped, and says so at most once a minute. */

/** Over how much wall time the share is taken, milliseconds. */
const spanMs = 10_000;
/** Pause between two reports, milliseconds. */
const quietMs = 60_000;
const sliceMs = 1000;

/** Below both of these nothing is reported: a short hiccup is no overload. */
const leastShare = 0.1;
const leastDropped = 5;

export interface Overload {
  /** Share of the windows of the last ten seconds that were dropped, 0..1. */
  readonly droppedShare: number;
  /** Streams that lost windows in that time. */
  readonly streams: number;
}

interface Slice {
  readonly fromMs: number;
  scored: number;
  dropped: number;
  readonly losers: Set<string>;
}

export class OverloadWatch {
  /** One a second, at most eleven: bounded however many windows there are. */
  #slices: Slice[] = [];
  #reportedAtMs = -Infinity;

  /** One window of a stream was scored or dropped at wall time `nowMs`. @returns what to report, if it is time to */
  count(kind: 'scored' | 'dropped', streamId: string, nowMs: number): Overload | undefined {
    const slice = this.#sliceAt(nowMs);
    slice[kind] += 1;
    if (kind === 'scored') return undefined;
    slice.losers.add(streamId);
    if (nowMs - this.#reportedAtMs < quietMs) return undefined;
    const overload = this.#measure();
    if (overload !== undefined) this.#reportedAtMs = nowMs;
    return overload;
  }

  #sliceAt(nowMs: number): Slice {
    this.#slices = this.#slices.filter(({ fromMs }) => nowMs - fromMs < spanMs);
    const last = this.#slices.at(-1);
    if (last !== undefined && nowMs - last.fromMs < sliceMs) return last;
    const fresh = { fromMs: nowMs, scored: 0, dropped: 0, losers: new Set<string>() };
    this.#slices.push(fresh);
    return fresh;
  }

  #measure(): Overload | undefined {
    const sum = (kind: 'scored' | 'dropped'): number => this.#slices.reduce((total, slice) => total + slice[kind], 0);
    const dropped = sum('dropped');
    const droppedShare = dropped / (dropped + sum('scored'));
    if (dropped < leastDropped || droppedShare < leastShare) return undefined;
    return { droppedShare, streams: new Set(this.#slices.flatMap(({ losers }) => [...losers])).size };
  }
}
