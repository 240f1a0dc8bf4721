/** Tries again after interruptions, with growing pauses, until an attempt succeeds or too many in a row got nowhere. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ActionwireError } from '../core/errors.js';
import { classify, Interruption } from './failure.js';

export interface RetryOptions {
  readonly attempts: number;
  readonly retryDelayMs: number;
}

/**
 * `attempt` says by its `progress` callback that it got further, which starts the counting anew.
 * @throws HUB_UNREACHABLE naming the last interruption, or what `attempt` throws as an ActionwireError
 */
export async function withRetries<T>(
  what: string,
  { attempts, retryDelayMs }: RetryOptions,
  attempt: (progress: () => void) => Promise<T>,
): Promise<T> {
  let failed = 0;
  for (;;) {
    try {
      return await attempt(() => (failed = 0));
    } catch (error) {
      const failure = classify(error, what);
      if (!(failure instanceof Interruption)) throw failure;
      failed++;
      if (failed >= attempts) {
        const times = `${attempts} attempts without progress`;
        throw new ActionwireError('HUB_UNREACHABLE', `${what}: ${failure.message}, ${times}.`);
      }
      await sleep(retryDelayMs * 2 ** (failed - 1));
    }
  }
}
