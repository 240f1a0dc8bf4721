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
  // --- http
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;

export const errorCatalogue: Readonly<Record<ErrorCode, CatalogueEntry>> = catalogue;
