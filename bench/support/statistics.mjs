/** Small sums over measured numbers. */

/** @param {readonly number[]} values */
export function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/** @param {readonly number[]} values */
export function mean(values) {
  return sum(values) / values.length;
}

/** @param {readonly number[]} values @param {number} fraction 0..1 */
export function percentile(values, fraction) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)] ?? Number.NaN;
}

/** @param {readonly number[]} values */
export function median(values) {
  return percentile(values, 0.5);
}

/** Least-squares slope of y over x. @param {readonly (readonly [x: number, y: number])[]} points */
export function slope(points) {
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const variance = sum(points.map(([x]) => (x - meanX) ** 2));
  return variance === 0 ? 0 : sum(points.map(([x, y]) => (x - meanX) * (y - meanY))) / variance;
}

/** @param {number} value @param {number} digits */
export function round(value, digits = 2) {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
