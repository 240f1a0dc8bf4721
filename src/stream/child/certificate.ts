/** Finds out whether a TLS source could not be opened because of its certificate: FFmpeg only says "Input/output error". */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { connect, type ConnectionOptions } from 'node:tls';
import type { Failure } from '../failure.js';
import type { InputPlan } from '../source-type.js';
import { SourceFailure } from './averror.js';

/** How long the source may take to show its certificate once more. Milliseconds. */
const patienceMs = 2000;
const defaultPorts: Readonly<Record<string, number>> = { 'rtsps:': 322, 'https:': 443 };

/** @throws SourceFailure `untrusted`, with OpenSSL's reason, when the certificate is not vouched for */
export async function explainUntrusted({ url, options }: Pick<InputPlan, 'url' | 'options'>): Promise<void> {
  const file = options['ca_file'];
  if (file === undefined || !URL.canParse(url)) return;
  const { protocol, hostname, port } = new URL(url);
  const defaultPort = defaultPorts[protocol];
  if (defaultPort === undefined) return;
  const host = hostname.replace(/^\[|\]$/g, '');
  const problem = await certificateProblem(host, port === '' ? defaultPort : Number(port), readAuthorities(file));
  if (problem === undefined) return;
  throw new SourceFailure(untrusted(problem));
}

function readAuthorities(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SourceFailure({
      kind: 'untrusted',
      message: `The certificates to check against cannot be read: ${why}.`,
    });
  }
}

/** What Node is told so that it checks as FFmpeg does: the chain, and of a host addressed by name that name. */
export function nameChecks(host: string): Pick<ConnectionOptions, 'servername' | 'checkServerIdentity'> {
  return isIP(host) === 0 ? { servername: host } : { checkServerIdentity: () => undefined };
}

/** The failure of a source whose certificate is not vouched for. */
export function untrusted(why: string): Failure {
  return { kind: 'untrusted', message: `The certificate of the source is not trusted (${why}).` };
}

/** Undefined also when nothing answers. */
function certificateProblem(host: string, port: number, ca: Buffer): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, ca, rejectUnauthorized: false, ...nameChecks(host) });
    const finish = (problem: string | undefined): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.setTimeout(patienceMs, () => finish(undefined));
    socket.once('error', () => finish(undefined));
    socket.once('close', () => finish(undefined));
    socket.once('secureConnect', () => finish(socket.authorized ? undefined : reasonOf(socket.authorizationError)));
  });
}

/** Typed as an error, it is OpenSSL's name for what is wrong (`SELF_SIGNED_CERT_IN_CHAIN`) unless the host's name is. */
export function reasonOf(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem).toLowerCase().replaceAll('_', ' ');
}
