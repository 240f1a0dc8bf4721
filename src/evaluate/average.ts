/** The mean of the probabilities that the views of one clip got. */

/** @param rows at least one, all of the same length */
export function averageScores(rows: readonly Float32Array[]): number[] {
  const [first] = rows;
  if (first === undefined) throw new RangeError('no scores to average');
  return Array.from(first, (_, i) => rows.reduce((sum, row) => sum + (row[i] ?? 0), 0) / rows.length);
}
