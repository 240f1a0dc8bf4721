/** What went wrong between here and the hub: which failures are worth another attempt, and how the others are called. */
import { ActionwireError } from '../core/errors.js';

/** An answer that may be better next time: the connection broke, or the hub is busy. */
export class Interruption extends Error {}

/**
 * Turns anything that a request throws into an `Interruption` or an `ActionwireError`. Only statuses and system codes get into the message:
 * what a server or a library says could repeat a token or a signed address. `what` is the model, with its file.
 */
export function classify(error: unknown, what: string): Interruption | ActionwireError {
  if (error instanceof ActionwireError || error instanceof Interruption) return error;
  const status = (error as { statusCode?: unknown }).statusCode;
  if (typeof status !== 'number') return new Interruption(systemCode(error));
  if (status === 401 || status === 403) return refusal('HUB_ACCESS_DENIED', what, status);
  if (status === 404) return refusal('HUB_NOT_FOUND', what, status);
  if (status === 408 || status === 429 || status >= 500) return new Interruption(`status ${status}`);
  return refusal('HUB_ANSWER_INVALID', what, status);
}

function refusal(
  code: 'HUB_ACCESS_DENIED' | 'HUB_NOT_FOUND' | 'HUB_ANSWER_INVALID',
  what: string,
  status: number,
): ActionwireError {
  return new ActionwireError(code, `${what}: the hub answers with status ${status}.`);
}

function systemCode(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' && /^[A-Z_]{2,40}$/.test(cause.code) ? cause.code : 'the connection broke';
}
