/** A comparison of ways to compute scores, for people to read. */
import type { Comparison, MeasuredWay } from '../compare.js';

const head = [
  '',
  'ms per stride, median',
  'mean',
  'cost',
  'same best label',
  'mean |dp|',
  'max |dp|',
  'mean KL',
  'max KL',
  'max |dlogit|',
  'mean cos',
  'least cos',
];

/** One line a way below a title; ends with a newline. */
export function comparisonTable({
  model,
  frameCount,
  strideFrames,
  labels,
  windows,
  reference,
  against,
}: Comparison): string {
  const rows = [
    head,
    [...costCells(reference, reference), ...head.slice(4).map(() => '-')],
    ...against.map((way) => [...costCells(way, reference), ...agreementCells(way)]),
  ];
  const providers = new Map([reference, ...against].map(({ name, provider }) => [name, provider]));
  return [
    `${model}, ${labels} labels, ${frameCount} frames every ${strideFrames}; ${windows} windows`,
    ...aligned(rows),
    ...providerLines(providers),
    `All against ${reference.name}: probabilities p, KL divergence in nats, cosines of the video embeddings; cost by the medians.`,
    '',
  ].join('\n');
}

function costCells({ name, cost }: MeasuredWay, reference: MeasuredWay): string[] {
  const share = reference.cost.medianMs / cost.medianMs;
  return [name, cost.medianMs.toFixed(1), cost.meanMs.toFixed(1), `1/${share.toFixed(1)}`];
}

function agreementCells({ agreement }: Comparison['against'][number]): string[] {
  const { top1Agreement, meanDifference, maxDifference, meanKl, maxKl, maxLogitDifference, meanCosine, minCosine } =
    agreement;
  const numbers = [meanDifference, maxDifference, meanKl, maxKl, maxLogitDifference].map((value) => value.toFixed(4));
  const cosines = [meanCosine, minCosine].map((value) => value.toFixed(5));
  return [`${(100 * top1Agreement).toFixed(1)} %`, ...numbers, ...cosines];
}

/** One line where all run on the same, else one a way. */
function providerLines(providers: ReadonlyMap<string, string>): string[] {
  const all = new Set(providers.values());
  if (all.size === 1) return [`On ${[...all].join()}.`];
  return [...providers].map(([name, provider]) => `${name} on ${provider}`);
}

/** Columns below each other. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return rows.map((row) => pad(row).trimEnd());
}
