/** A report on events, for people to read. */
import type { Delay, EventReport, Quality } from '../events/index.js';

export function eventReportText({ overall, labels, onset, announced }: EventReport): string {
  const width = Math.max(...['IoU >= 0.5', ...labels.map(({ label }) => label)].map(({ length }) => length));
  const row = (name: string, quality: Quality): string => `${name.padEnd(width)}${cells(quality)}`;
  return [
    `${''.padEnd(width)}  in truth  events  matched  precision  recall     F1`,
    ...overall.map((quality) => row(`IoU >= ${quality.minIou}`, quality)),
    '',
    'At an IoU of 0.5:',
    ...labels.map((quality) => row(quality.label, quality)),
    '',
    `Recognised beginning, after the true one: ${delay(onset)}`,
    `Announced, after the true beginning:      ${delay(announced)}`,
    '',
  ].join('\n');
}

function cells({ truths, events, matched, precision, recall, f1 }: Quality): string {
  const counts = [truths, events, matched].map((count, i) => String(count).padStart([10, 8, 9][i] ?? 0));
  const shares = [precision, recall, f1].map((share, i) => share.toFixed(3).padStart([11, 8, 7][i] ?? 0));
  return [...counts, ...shares].join('');
}

function delay({ medianMs, p90Ms }: Delay): string {
  const seconds = (ms: number): string => `${ms < 0 ? '' : '+'}${(ms / 1000).toFixed(2)} s`;
  return medianMs === undefined || p90Ms === undefined
    ? 'nothing matched'
    : `median ${seconds(medianMs)}, 90 % within ${seconds(p90Ms)}`;
}
