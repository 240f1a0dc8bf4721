/** Connects to a host only at addresses that are allowed: what was checked is what is connected to, whatever the name says a moment later. */
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { ActionwireError } from '../../core/errors.js';
import type { AllowList } from './allow-list.js';
import type { Target } from './target.js';

/**
 * The addresses of a host, all of them allowed.
 * @throws SOURCE_NOT_ALLOWED when one is not; the error of the look-up
 */
export async function allowedAddresses(target: Target, allow: AllowList): Promise<string[]> {
  const addresses = (await lookup(target.host, { all: true })).map(({ address }) => address);
  if (addresses.length > 0 && addresses.every((address) => allow.allows(target, address))) return addresses;
  throw new ActionwireError(
    'SOURCE_NOT_ALLOWED',
    `${target.scheme}://${target.host}:${target.port} is not an allowed source`,
  );
}

/** Tries the host's addresses in turn. @throws as `allowedAddresses`; the error of the last attempt */
export async function connectAllowed(target: Target, allow: AllowList): Promise<Socket> {
  let failure: unknown;
  for (const host of await allowedAddresses(target, allow)) {
    const socket = connect({ host, port: target.port });
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
