/** Event logs and their comparison; recordings and how they are played. */
export { atSpeed, type Speed } from './at-speed.js';
export { compareEvents, type EventComparison } from './compare-events.js';
export { comparisonReport } from './comparison-report.js';
export type { Difference } from './difference.js';
export {
  entryOf,
  EventLogBuilder,
  type EventLog,
  type LoggedAction,
  type LoggedGap,
  type LoggedState,
} from './event-log.js';
export type { Tolerances } from './pair-actions.js';
export { readEventLog } from './read-event-log.js';
