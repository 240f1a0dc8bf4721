/** What the scores of one clip say about its true label. */
import type { LabelScore } from '../core/types.js';

export interface Ranking {
  /** How many labels come before the true one; 0: recognised. */
  readonly rank: number;
  /** Best first; at most five. */
  readonly top: readonly LabelScore[];
}

/** Equal scores count in the order of the labels, so that the answer does not depend on a sort. */
export function rankScores(scores: readonly number[], labels: readonly string[], truth: number): Ranking {
  const order = scores.map((_, i) => i).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  const top = order.slice(0, 5).map((i) => ({ label: labels[i] ?? '', score: scores[i] ?? 0 }));
  return { rank: order.indexOf(truth), top };
}
