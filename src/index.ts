/** Public exports: run Actionwire inside another program, and the types of what it says. */
export { App } from './app.js';
export { parseConfig, type Config, type ConfigInput } from './config.js';
export { ActionwireError } from './core/errors.js';
export { errorCatalogue, type ErrorCode } from './core/error-catalogue.js';
export type { LabelEntry, LabelSet } from './core/label-set.js';
export type * from './core/types.js';
export { matchEvents, type MatchOptions, type MatchReport, type Segment, type SegmentMatch } from './events/index.js';
export {
  PROTOCOL,
  clientMessage,
  serverMessage,
  type ActionMessage,
  type ClientMessage,
  type Hello,
  type ModelSummary,
  type ServerMessage,
  type StreamStats,
  type StreamSummary,
} from './ws/index.js';
