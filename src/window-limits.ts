/** Which stream may have how many windows scored a second, from what the user wrote. */
import { ActionwireError } from './core/errors.js';
import { redactText } from './core/redact.js';

export interface WindowLimit {
  /** Name of a stream; missing: every stream that has no limit of its own. */
  readonly stream?: string | undefined;
  /** Windows a second. */
  readonly perSecond: number;
}

/**
 * The limit of each stream that has one; of two for the same stream the later counts.
 * @throws ActionwireError `OPTION_INVALID` for a name that no stream has
 */
export function windowLimits(limits: readonly WindowLimit[], streamIds: readonly string[]): Map<string, number> {
  const stranger = limits.find(({ stream }) => stream !== undefined && !streamIds.includes(stream));
  if (stranger?.stream !== undefined) {
    const message = `--max-windows: no stream is named "${redactText(stranger.stream)}"; there are ${streamIds.join(', ')}`;
    throw new ActionwireError('OPTION_INVALID', message, { hint: 'Name the stream as in `front=rtsp://...`.' });
  }
  const found = new Map<string, number>();
  for (const { stream, perSecond } of limits)
    if (stream === undefined) for (const id of streamIds) found.set(id, perSecond);
  for (const { stream, perSecond } of limits) if (stream !== undefined) found.set(stream, perSecond);
  return found;
}
