/** Error codes of `actionwire/client`. */
import type { CatalogueEntry } from './entry.js';

export const clientErrors = {
  CLIENT_OPTION_INVALID: {
    summary: 'An option given to `connect` of `actionwire/client` cannot be used.',
    hint: 'Compare the named option with docs/client.md.',
  },
  CLIENT_WEBSOCKET_MISSING: {
    summary: 'There is no global `WebSocket` here (Node before 22), and none was given.',
    hint: "Give one: `import { WebSocket } from 'ws'` and `connect(url, { WebSocket })`.",
  },
  CLIENT_TOO_SLOW: {
    summary: 'A `for await` loop over the client took messages more slowly than they came, and its queue is full.',
    hint: 'Do less in the loop, subscribe to less, or raise `maxQueued`.',
  },
} as const satisfies Record<string, CatalogueEntry>;
