/** Error codes of WebSocket subscribers. */
import type { CatalogueEntry } from './entry.js';

export const wsErrors = {
  WS_MESSAGE_INVALID: {
    summary: 'A subscriber sent something that is not a message of the protocol.',
    hint: 'Send one JSON object per text frame, as docs/protocol.md shows.',
  },
  WS_TOO_MANY_MESSAGES: {
    summary: 'A subscriber sent more messages than allowed and was disconnected.',
    hint: 'Send fewer messages; invalid ones count ten times.',
  },
  WS_TOO_MANY_CLIENTS: {
    summary: 'As many subscribers are connected as the server accepts.',
    hint: 'Close another page or client, or raise the limit.',
  },
  WS_SLOW_CONSUMER: {
    summary: 'A subscriber read so slowly that its queue was full, and was disconnected.',
    hint: 'Reconnect; subscribe to fewer streams or without scores if it happens again.',
  },
  WS_PATH_UNKNOWN: {
    summary: 'There is no WebSocket under this path.',
    hint: 'Connect to the path /ws.',
  },
  WS_PROTOCOL_UNKNOWN: {
    summary: 'None of the sub-protocols that the client offered is spoken here; this server speaks actionwire.v1.',
    hint: 'Offer actionwire.v1, alone or besides others, or no sub-protocol.',
  },
  WS_ORIGIN_REFUSED: {
    summary: 'A web page of another site asked for a connection.',
    hint: 'Open the page that this server serves, or add the site to the allowed origins.',
  },
} as const satisfies Record<string, CatalogueEntry>;
