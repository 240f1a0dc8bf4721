/**
 * Every failure the user can meet has a stable code, a sentence and something to do about it.
 * The catalogue is documented in docs/errors.md; a test compares the two both ways.
 */
import { errorCatalogue, type ErrorCode } from './error-catalogue.js';

export interface ErrorDetails {
  /** The error below this one, kept for logs. */
  readonly cause?: unknown;
  /** Overrides the catalogue's general advice where the thrower knows better. */
  readonly hint?: string;
}

/** An error with a stable `code` from the catalogue. `message` says what happened, `hint` what to do about it. */
export class ActionwireError extends Error {
  override readonly name = 'ActionwireError';
  readonly hint: string;

  constructor(
    readonly code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.hint = details.hint ?? errorCatalogue[code].hint;
  }

  /** Survives structured clone and JSON; the inverse is `ActionwireError.fromJSON`. */
  toJSON(): SerialisedError {
    return { code: this.code, message: this.message, hint: this.hint };
  }

  static fromJSON({ code, message, hint }: SerialisedError): ActionwireError {
    return new ActionwireError(code, message, { hint });
  }
}

export interface SerialisedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}

/** Wraps anything thrown into an `ActionwireError`, keeping one that already is. */
export function asActionwireError(error: unknown, code: ErrorCode = 'INTERNAL'): ActionwireError {
  if (error instanceof ActionwireError) return error;
  return new ActionwireError(code, error instanceof Error ? error.message : String(error), { cause: error });
}
