/** Compares the events of two runs, stream by stream and label by label, within tolerances. */
import type { Difference } from './difference.js';
import type { EventLog, LoggedAction } from './event-log.js';
import { pairActions, type Tolerances } from './pair-actions.js';

export interface EventComparison {
  /** Whether there is no difference. */
  readonly equal: boolean;
  /** Actions in each log, and how many of them are the same within the tolerances. */
  readonly actions: { readonly expected: number; readonly actual: number; readonly same: number };
  /** By stream, then by time; breaks after the actions. */
  readonly differences: readonly Difference[];
  /** The tolerances that were used. */
  readonly tolerances: Tolerances;
}

/**
 * Two actions are the same when stream and label are equal, their intervals overlap enough (`minIou`) and, where given, both ends
 * and the peak are within `timeMs` and `score`. As many actions as possible are taken for the same; of what is left, actions that
 * overlap are told as shifted or relabelled. Gaps, losses and failures must be the same in kind and order; `connecting`, `live`,
 * `stalled` and `ended` are not compared.
 * @throws RangeError for tolerances out of range
 */
export function compareEvents(
  expected: EventLog,
  actual: EventLog,
  tolerances: Partial<Tolerances> = {},
): EventComparison {
  const limits = resolveTolerances(tolerances);
  const streams = [...new Set([...streamsOf(expected), ...streamsOf(actual)])].sort();
  let same = 0;
  const differences = streams.flatMap((streamId) => {
    const paired = pairActions(actionsOf(expected, streamId), actionsOf(actual, streamId), limits);
    same += paired.same;
    return [...paired.differences.sort(byTime), ...compareBreaks(streamId, expected, actual)];
  });
  const actions = { expected: expected.actions.length, actual: actual.actions.length, same };
  return { equal: differences.length === 0, actions, differences, tolerances: limits };
}

/** When times are given and no overlap, the times alone decide. */
function resolveTolerances({ minIou, timeMs, score }: Partial<Tolerances>): Tolerances {
  const iou = minIou ?? (timeMs === undefined ? 0.5 : 0);
  if (!(iou >= 0 && iou <= 1)) throw new RangeError(`minIou must be within 0..1: ${iou}`);
  if (timeMs !== undefined && !(timeMs >= 0)) throw new RangeError(`timeMs must not be negative: ${timeMs}`);
  if (score !== undefined && !(score >= 0 && score <= 1)) throw new RangeError(`score must be within 0..1: ${score}`);
  return { minIou: iou, ...(timeMs === undefined ? {} : { timeMs }), ...(score === undefined ? {} : { score }) };
}

function streamsOf({ actions, gaps, states }: EventLog): string[] {
  return [...actions, ...gaps, ...states].map(({ streamId }) => streamId);
}

function actionsOf({ actions }: EventLog, streamId: string): LoggedAction[] {
  return actions.filter((action) => action.streamId === streamId);
}

function compareBreaks(streamId: string, expected: EventLog, actual: EventLog): Difference[] {
  const [before, after] = [breaksOf(expected, streamId), breaksOf(actual, streamId)];
  if (before.join('\n') === after.join('\n')) return [];
  return [{ kind: 'breaks', streamId, expected: before, actual: after }];
}

function breaksOf({ gaps, states }: EventLog, streamId: string): string[] {
  return [
    ...gaps.filter((gap) => gap.streamId === streamId).map(({ reason }) => `gap ${reason}`),
    ...states
      .filter((state) => state.streamId === streamId && (state.status === 'lost' || state.status === 'failed'))
      .map(({ status, code }) => (code === undefined ? status : `${status} ${code}`)),
  ];
}

function byTime(a: Difference, b: Difference): number {
  return startOf(a) - startOf(b);
}

function startOf(difference: Difference): number {
  if (difference.kind === 'breaks') return Infinity;
  return (difference.kind === 'extra' ? difference.actual : difference.expected).fromMs;
}
