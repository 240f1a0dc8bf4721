/** Makes scores for tests: windows of two seconds, one every 200 ms, unless told otherwise. */
import type { Scores } from '../../src/core/types.js';

export const SPAN_MS = 2000;
export const STRIDE_MS = 200;

interface SeriesOptions {
  readonly streamId?: string;
  readonly firstPtsMs?: number;
  readonly strideMs?: number;
  readonly spanMs?: number;
}

/** One window per row; `rows[i][label]` is its raw score. The reference point of row i is `firstPts + i*stride + span/2`. */
export function scoreSeries(rows: readonly Record<string, number>[], options: SeriesOptions = {}): Scores[] {
  const { streamId = 'cam', firstPtsMs = 0, strideMs = STRIDE_MS, spanMs = SPAN_MS } = options;
  const labels = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return rows.map((row, i) => {
    const first = firstPtsMs + i * strideMs;
    return {
      streamId,
      windowIndex: i,
      firstPtsMs: first,
      lastPtsMs: first + spanMs,
      labels,
      values: Float32Array.from(labels, (label) => row[label] ?? 0),
      timing: { capturedAtMs: first + spanMs, queueMs: 1, inferenceMs: 2 },
    };
  });
}

/** `count` equal rows. */
export function repeat(count: number, row: Record<string, number>): Record<string, number>[] {
  return Array.from({ length: count }, () => row);
}
