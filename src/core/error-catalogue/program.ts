/** Error codes of the program itself. */
import type { CatalogueEntry } from './entry.js';

export const programErrors = {
  INTERNAL: {
    summary: 'A fault of the program itself.',
    hint: 'Please report it with the log around it.',
  },
  OPTION_INVALID: {
    summary: 'A command-line option or configuration value is not acceptable.',
    hint: 'Run `actionwire --help` for the accepted values.',
  },
} as const satisfies Record<string, CatalogueEntry>;
