/** Puts the engine's answer and the window's two clocks together into Scores. */
import type { Scores, Window } from '../core/types.js';

export function toScores(
  window: Window,
  labels: readonly string[],
  values: Float32Array,
  times: { readonly startedAtMs: number; readonly inferenceMs: number },
): Scores {
  return {
    streamId: window.streamId,
    windowIndex: window.index,
    firstPtsMs: window.firstPtsMs,
    lastPtsMs: window.lastPtsMs,
    labels,
    values,
    timing: {
      capturedAtMs: window.capturedAtMs,
      queueMs: Math.max(0, times.startedAtMs - window.capturedAtMs),
      inferenceMs: times.inferenceMs,
    },
  };
}
