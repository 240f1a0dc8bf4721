/** Says why a source could not be opened where FFmpeg's number alone would mislead: a name that is not known, a server that hangs up. */
import { lookup } from 'node:dns/promises';
import { constants } from 'node:os';
import { AVERROR_EOF, AVERROR_INVALIDDATA } from 'node-av/constants';
import type { Failure } from '../failure.js';
import type { InputPlan } from '../source-type.js';
import { SourceFailure, failureOf } from './averror.js';

/** @throws SourceFailure when `code` is negative */
export async function throwIfNotOpened(code: number, plan: Pick<InputPlan, 'url' | 'nature'>): Promise<void> {
  if (code < 0) throw new SourceFailure(await openFailure(code, plan));
}

async function openFailure(code: number, { url, nature }: Pick<InputPlan, 'url' | 'nature'>): Promise<Failure> {
  const failure = failureOf(code);
  const [, scheme] = /^(rtsp|http)s?:\/\//i.exec(url) ?? [];
  if (scheme === undefined) return nature === 'live' ? deviceFailure(code) : recordingFailure(code);
  // FFmpeg has one number for all that goes wrong with a name, and shares it with other faults.
  if (code === -constants.errno.EIO) return (await nameFailure(new URL(url).hostname)) ?? failure;
  if (code === AVERROR_EOF) return unreachable('The server closed the connection before it showed anything.');
  // Nothing of a video has been seen yet: the handshake itself broke off.
  if (scheme.toLowerCase() === 'rtsp' && code === AVERROR_INVALIDDATA) {
    return unreachable('The server closed the connection, or its answer is not RTSP.');
  }
  return failure;
}

/** A device that the system keeps from this user or this container. */
function deviceFailure(code: number): Failure {
  return code === -constants.errno.EPERM
    ? { kind: 'auth', message: 'Access to the device was refused.' }
    : failureOf(code);
}

/** A recording that ends before it has shown what it is did not end as recordings do. */
function recordingFailure(code: number): Failure {
  return code === AVERROR_EOF ? failureOf(AVERROR_INVALIDDATA) : failureOf(code);
}

/** Undefined when the name can be looked up. The opening's own time limit ends a look-up that hangs. */
async function nameFailure(host: string): Promise<Failure | undefined> {
  try {
    await lookup(host);
    return undefined;
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return unreachable(`The host name '${host}' was not found (${code}).`);
  }
}

function unreachable(message: string): Failure {
  return { kind: 'unreachable', message };
}
