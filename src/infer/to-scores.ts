/** Puts the engine's answer and the window's two clocks together into Scores. */
import type { LabelSet } from '../core/label-set.js';
import type { Scores, Window } from '../core/types.js';

export function toScores(
  window: Window,
  labelSet: LabelSet,
  values: Float32Array,
  times: { readonly startedAtMs: number; readonly inferenceMs: number },
): Scores {
  return {
    streamId: window.streamId,
    windowIndex: window.index,
    firstPtsMs: window.firstPtsMs,
    lastPtsMs: window.lastPtsMs,
    labels: labelSet.labels,
    labelSet,
    values,
    timing: {
      capturedAtMs: window.capturedAtMs,
      queueMs: Math.max(0, times.startedAtMs - window.capturedAtMs),
      inferenceMs: times.inferenceMs,
    },
  };
}
