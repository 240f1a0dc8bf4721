/** Scores in, events out. */
export { ActionTracker } from './action-tracker.js';
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
