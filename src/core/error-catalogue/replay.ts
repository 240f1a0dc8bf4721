/** Error codes of recordings and event logs. */
import type { CatalogueEntry } from './entry.js';

export const replayErrors = {
  EVENT_LOG_UNREADABLE: {
    summary: 'An event log cannot be read or written.',
    hint: 'Check the path; `actionwire expect --update` writes a golden log that is not there yet.',
  },
  EVENT_LOG_INVALID: {
    summary: 'A file is not an event log, or only a part of one.',
    hint: 'Event logs are what `actionwire run <file> --replay --json` prints, or the events of a recording.',
  },
} as const satisfies Record<string, CatalogueEntry>;
