/** The error that a failed stream's last state stands for. */
import { errorCatalogue, type ErrorCode } from './error-catalogue.js';
import { ActionwireError } from './errors.js';
import type { StreamState } from './types.js';

export function streamFailure({
  streamId,
  code = 'INTERNAL',
  reason = 'the stream failed',
}: StreamState): ActionwireError {
  return new ActionwireError(code in errorCatalogue ? (code as ErrorCode) : 'INTERNAL', `${streamId}: ${reason}`);
}
