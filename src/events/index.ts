/** Scores in, events out. */
export { ActionTracker } from './action-tracker.js';
export {
  eventReport,
  type Delay,
  type EventReport,
  type JudgedStream,
  type Quality,
  type ToldAction,
} from './event-report.js';
export {
  matchEvents,
  temporalIou,
  type MatchOptions,
  type MatchReport,
  type Segment,
  type SegmentMatch,
} from './match-events.js';
export { checkRules, defaultActionOptions, resolveActionOptions, type ActionOptions } from './options.js';
export { trackActions } from './track-actions.js';
