/** Event logs for tests, written out small. */
import type { EventLog, LoggedAction, LoggedGap, LoggedState } from '../../src/replay/index.js';

let count = 0;

/** An action from and to a second; a new id each time. */
export function action(label: string, from: number, to: number, more: Partial<LoggedAction> = {}): LoggedAction {
  const times = { fromMs: from * 1000, toMs: to * 1000 };
  return { id: `cam-${++count}`, streamId: 'cam', label, peak: 0.9, ...times, reason: 'score-fell', ...more };
}

export function log(
  actions: readonly LoggedAction[],
  rest: { gaps?: readonly LoggedGap[]; states?: readonly LoggedState[] } = {},
): EventLog {
  return { actions, gaps: [], states: [], ...rest };
}
