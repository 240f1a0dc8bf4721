/** Events out to subscribers. */
export { Hub } from './hub.js';
export { defaultHubLimits, type HubOptions } from './hub-options.js';
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
} from './protocol.js';
export { toMessage } from './to-message.js';
