/** Says no to a source named by a request before anything is opened; what is connected to later is checked again then. */
import { setTimeout as sleep } from 'node:timers/promises';
import { asActionwireError, ActionwireError } from '../../core/errors.js';
import type { SourceSpec } from '../source-type.js';
import { AllowList } from './allow-list.js';
import { allowedAddresses } from './connect.js';
import { targetOf } from './target.js';

/** A name that takes longer to look up is left to the connection. Milliseconds. */
const lookupMs = 3000;

/**
 * A host that cannot be looked up now is let through: the stream tells what is wrong, and an address that appears later is checked then.
 * @param allow patterns, as `AllowList` takes them
 * @throws SOURCE_NOT_ALLOWED, without what a password could be in
 */
export async function mustBeAllowed({ kind, url }: SourceSpec, allow: readonly string[]): Promise<void> {
  if (kind === 'whip') return; // it connects to nobody
  const target = targetOf(url);
  if ((kind !== 'rtsp' && kind !== 'http') || target === undefined) {
    throw new ActionwireError('SOURCE_NOT_ALLOWED', `A ${kind} source cannot be added to a running program`, {
      hint: 'Name a network camera (rtsp, rtsps, http, https) or whip: for a publisher; others on the command line.',
    });
  }
  const checked = allowedAddresses(target, new AllowList(allow)).catch((error: unknown) => {
    if (asActionwireError(error).code === 'SOURCE_NOT_ALLOWED') throw error;
  });
  await Promise.race([checked, sleep(lookupMs, undefined, { ref: false })]);
}
