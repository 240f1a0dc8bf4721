/** Writes a comparison of events for a person: one line for each difference, with times in seconds of media time. */
import type { EventComparison } from './compare-events.js';
import type { Difference } from './difference.js';
import type { LoggedAction } from './event-log.js';
import { overlap } from './pair-actions.js';

/** Several lines, with a line end after the last. */
export function comparisonReport({ equal, actions, differences, tolerances }: EventComparison): string {
  const { expected, actual, same } = actions;
  const counts = `${same} of ${expected} actions as expected${actual === expected ? '' : ` (${actual} found)`}`;
  const { minIou, timeMs, score } = tolerances;
  const limits = [
    `IoU >= ${minIou}`,
    ...(timeMs === undefined ? [] : [`ends within ${timeMs} ms`]),
    ...(score === undefined ? [] : [`peak within ${score}`]),
  ];
  const verdict = equal ? 'equal' : `${differences.length} ${differences.length === 1 ? 'difference' : 'differences'}`;
  const streams = [...new Set(differences.map(({ streamId }) => streamId))];
  return [
    `${verdict}: ${counts}; ${limits.join(', ')}`,
    ...streams.flatMap((id) => [
      `stream ${id}`,
      ...differences.filter(({ streamId }) => streamId === id).map((difference) => `  ${lineOf(difference)}`),
    ]),
    '',
  ].join('\n');
}

function lineOf(difference: Difference): string {
  const word = difference.kind.padEnd(11);
  switch (difference.kind) {
    case 'missing':
      return `${word}${told(difference.expected)}`;
    case 'extra':
      return `${word}${told(difference.actual)}`;
    case 'relabelled':
      return `${word}${told(difference.expected)} -> ${told(difference.actual)}`;
    case 'shifted':
      return `${word}${told(difference.expected)} -> ${times(difference.actual)} (${moves(difference.expected, difference.actual)})`;
    case 'rescored':
      return `${word}${told(difference.expected)}: peak ${digits(difference.expected.peak)} -> ${digits(difference.actual.peak)}`;
    case 'breaks':
      return `${word}${words(difference.expected)} -> ${words(difference.actual)}`;
    default:
      return difference satisfies never;
  }
}

function told(action: LoggedAction): string {
  return `${action.label} ${times(action)}`;
}

function times({ fromMs, toMs }: LoggedAction): string {
  return `${seconds(fromMs)}..${seconds(toMs)} s`;
}

function moves(expected: LoggedAction, actual: LoggedAction): string {
  const from = signed(actual.fromMs - expected.fromMs);
  return `IoU ${overlap(expected, actual).toFixed(2)}, begins ${from} s, ends ${signed(actual.toMs - expected.toMs)} s`;
}

function words(breaks: readonly string[]): string {
  return breaks.length === 0 ? 'no breaks' : breaks.join(', ');
}

function signed(ms: number): string {
  return `${ms < 0 ? '-' : '+'}${seconds(Math.abs(ms))}`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}

function digits(value: number): string {
  return value.toFixed(3);
}
