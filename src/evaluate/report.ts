/** The outcome of an evaluation: as data, and as text for a person. */
import type { ErrorCode } from '../core/error-catalogue.js';
import { computeMetrics, type ClassAccuracy, type Confusion } from './metrics.js';
import type { ClipOutcome } from './outcome.js';
import type { Protocol } from './protocol.js';

/** What was evaluated with what. */
export interface Subject {
  readonly model: string;
  readonly list: string;
  readonly format: string;
  /** Clips that the list names. */
  readonly listed: number;
  readonly labels: readonly string[];
  readonly protocol: Protocol;
}

export interface Report {
  readonly model: string;
  readonly list: string;
  readonly format: string;
  readonly protocol: {
    readonly name: string;
    readonly frames: number;
    readonly clips: number;
    readonly crops: number;
    /** Pixels. */
    readonly shortestEdge: number;
    readonly cropWidth: number;
    readonly cropHeight: number;
    readonly seed: number;
  };
  /** How many labels there were to choose from. */
  readonly labels: number;
  readonly listed: number;
  /** Clips that the figures are of. */
  readonly evaluated: number;
  /** Left out of the figures. */
  readonly unreadable: readonly { readonly path: string; readonly code: ErrorCode; readonly message: string }[];
  /** Listed clips that were not reached before the run was stopped. */
  readonly remaining: number;
  readonly top1: number;
  readonly top5: number;
  readonly meanClassTop1: number;
  readonly perClass: readonly ClassAccuracy[];
  readonly confusion: Confusion;
}

/** @throws RangeError when no outcome is a score */
export function buildReport(subject: Subject, outcomes: readonly ClipOutcome[]): Report {
  const { model, list, format, listed, labels, protocol } = subject;
  const results = outcomes.filter((outcome) => outcome.kind === 'scored');
  const failures = outcomes.filter((outcome) => outcome.kind === 'unreadable');
  const { clips: evaluated, ...figures } = computeMetrics(results, labels);
  const { name, frames, clips, crops, resize, crop, seed } = protocol;
  const sizes = { shortestEdge: resize.shortestEdge, cropWidth: crop.width, cropHeight: crop.height };
  return {
    model,
    list,
    format,
    protocol: { name, frames, clips, crops, ...sizes, seed },
    labels: labels.length,
    listed,
    evaluated,
    unreadable: failures.map(({ path, code, message }) => ({ path, code, message })),
    remaining: listed - outcomes.length,
    ...figures,
  };
}

/** Worst classes first, because they are what one looks for. */
export function reportText(report: Report): string {
  const { model, list, format, protocol, labels, listed, evaluated, unreadable, remaining } = report;
  const views = `${protocol.clips} clip${protocol.clips === 1 ? '' : 's'} x ${protocol.crops} crop${protocol.crops === 1 ? '' : 's'}`;
  const missing = [
    ...(unreadable.length > 0 ? [`${unreadable.length} could not be read`] : []),
    ...(remaining > 0 ? [`${remaining} not reached`] : []),
  ];
  return [
    `${model} on ${list} (${format}), protocol ${protocol.name}: ${protocol.frames} frames, ${views}, ${labels} labels`,
    `${evaluated} of ${listed} clips evaluated${missing.length > 0 ? `; ${missing.join(', ')}` : ''}`,
    '',
    `top-1            ${percent(report.top1)}`,
    `top-5            ${percent(report.top5)}`,
    `mean class top-1 ${percent(report.meanClassTop1)}`,
    '',
    ...classTable(report),
    ...unreadable.map(({ path, code, message }) => `unreadable: ${path}: ${message} [${code}]`),
    '',
  ].join('\n');
}

function classTable({ perClass, confusion }: Report): string[] {
  const width = Math.max(5, ...perClass.map(({ label }) => label.length));
  const rows = perClass.toSorted((a, b) => a.top1 - b.top1);
  const head = `${'class'.padEnd(width)}  clips    top-1    top-5  mostly taken for`;
  return [
    head,
    ...rows.map(({ label, clips, top1, top5 }) =>
      `${label.padEnd(width)}  ${String(clips).padStart(5)}  ${percent(top1)}  ${percent(top5)}  ${mistakenFor(label, confusion)}`.trimEnd(),
    ),
    '',
  ];
}

/** The label that the class's wrong clips got most often, with their number. */
function mistakenFor(label: string, { labels, counts }: Confusion): string {
  const row = labels.indexOf(label);
  const others = (counts[row] ?? []).map((count, column) => (column === row ? 0 : count));
  const most = Math.max(0, ...others);
  return most === 0 ? '' : `${labels[others.indexOf(most)] ?? ''} (${most})`;
}

/** `83.4 %`, seven characters wide. */
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`.padStart(7);
