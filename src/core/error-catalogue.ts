/**
 * The catalogue of error codes: one line each, `summary` (what it means) and `hint` (what to do).
 * Codes are stable: never renamed, never reused. docs/errors.md repeats this table and a test compares both ways.
 */
interface CatalogueEntry {
  readonly summary: string;
  readonly hint: string;
}

const catalogue = {
  INTERNAL: {
    summary: 'A fault of the program itself.',
    hint: 'Please report it with the log around it.',
  },
  OPTION_INVALID: {
    summary: 'A command-line option or configuration value is not acceptable.',
    hint: 'Run `actionwire --help` for the accepted values.',
  },
  // --- stream
  // --- checkpoint
  // --- infer
  // --- events
  // --- ws
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
  WS_ORIGIN_REFUSED: {
    summary: 'A web page of another site asked for a connection.',
    hint: 'Open the page that this server serves, or add the site to the allowed origins.',
  },
  // --- http
  HTTP_PORT_IN_USE: {
    summary: 'Another program already listens on this port.',
    hint: 'Choose another port with --port, or 0 for any free one.',
  },
  HTTP_LISTEN_FAILED: {
    summary: 'The server could not listen on this address.',
    hint: 'Check --host and --port: the address must belong to this machine and ports below 1024 need privileges.',
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;

export const errorCatalogue: Readonly<Record<ErrorCode, CatalogueEntry>> = catalogue;
