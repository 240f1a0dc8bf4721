/** The error that a failed stream's last state stands for. */
import { errorCatalogue, type ErrorCode } from './error-catalogue.js';
import { ActionwireError } from './errors.js';
import type { StreamState } from './types.js';

/** `before` is put in front of the message. */
export function streamFailure(
  { streamId, code = 'INTERNAL', reason = 'the stream failed' }: StreamState,
  before = '',
): ActionwireError {
  const known = code in errorCatalogue ? (code as ErrorCode) : 'INTERNAL';
  return new ActionwireError(known, `${before}${streamId}: ${reason}`);
}
