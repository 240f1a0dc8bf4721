/** The best few of many scores. */
import type { LabelScore } from '../core/types.js';

/** The `count` labels with the highest values, best first, rounded to four decimals; equal values keep label order. */
export function topScores(labels: readonly string[], values: ArrayLike<number>, count: number): LabelScore[] {
  return labels
    .map((label, i) => ({ label, score: roundScore(values[i] ?? 0) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, count);
}

/** Four decimals: more than any threshold needs, and short in JSON. */
export function roundScore(score: number): number {
  return Math.round(score * 1e4) / 1e4;
}
