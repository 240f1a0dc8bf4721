/** Scores in, events out. */
export { ActionTracker, type Tracked } from './action-tracker.js';
export {
  matchEvents,
  temporalIou,
  type MatchOptions,
  type MatchReport,
  type Segment,
  type SegmentMatch,
} from './match-events.js';
export {
  defaultActionOptions,
  resolveActionOptions,
  type ActionOptions,
  type LabelThresholds,
  type RecommendedThresholds,
} from './options.js';
export { trackActions, type TrackActionsOptions } from './track-actions.js';
