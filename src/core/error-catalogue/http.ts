/** Error codes of the HTTP server. */
import type { CatalogueEntry } from './entry.js';

export const httpErrors = {
  HTTP_PORT_IN_USE: {
    summary: 'Another program already listens on this port.',
    hint: 'Choose another port with --port, or 0 for any free one.',
  },
  HTTP_LISTEN_FAILED: {
    summary: 'The server could not listen on this address.',
    hint: 'Check --host and --port: the address must belong to this machine and ports below 1024 need privileges.',
  },
} as const satisfies Record<string, CatalogueEntry>;
