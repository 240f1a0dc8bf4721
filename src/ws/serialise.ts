/** Turns a message into the bytes of a text frame, once for all subscribers. */
import type { ServerMessage } from './protocol.js';

export function serialise(message: ServerMessage): Buffer {
  return Buffer.from(JSON.stringify(message));
}
