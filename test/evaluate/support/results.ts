/** Outcomes written down shortly. */
import type { ClipResult } from '../../../src/evaluate/outcome.js';

/** A clip whose best label is `best`, and whose true one has `rank`. */
export function result(path: string, label: string, best: string, rank: number): ClipResult {
  return { kind: 'scored', path, label, rank, top: [{ label: best, score: 0.5 }], pictures: 10 };
}
