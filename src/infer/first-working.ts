/** Tries execution providers in their order until one really works. */
import { ActionwireError } from '../core/errors.js';
import type { Candidates, ProviderName } from './provider.js';

export interface Working<T> {
  readonly provider: ProviderName;
  readonly opened: T;
  /** Why nothing better was taken, for people; empty when the best was. */
  readonly reasons: readonly string[];
}

/**
 * A failure of any but the last candidate becomes a reason, the last one's is thrown: so a provider that was asked for by name,
 * the only candidate then, is used or refused. Once `signal` is aborted its reason is thrown and nothing more is tried.
 */
export async function firstWorking<T>(
  { names, remark }: Candidates,
  open: (provider: ProviderName) => Promise<T>,
  signal?: AbortSignal,
): Promise<Working<T>> {
  const reasons = remark === '' ? [] : [remark];
  for (const provider of names) {
    try {
      return { provider, opened: await open(provider), reasons };
    } catch (error) {
      signal?.throwIfAborted();
      if (provider === names.at(-1)) throw error;
      reasons.push(error instanceof ActionwireError ? error.message : String(error));
    }
  }
  throw new ActionwireError('INTERNAL', 'no execution provider was tried');
}
