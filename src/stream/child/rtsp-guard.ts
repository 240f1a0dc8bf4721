/** A relay on the loopback address of the decoder process: FFmpeg's RTSP connection goes through it, to one camera and nowhere else. */
import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { Transform, type Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { Target } from '../guard/target.js';
import { nameChecks, reasonOf } from './certificate.js';
import type { Connect } from './http-guard.js';

/** What FFmpeg reads of one line of a reply at most, and a little more. Characters. */
const longestLine = 8192;

export interface RtspGuardOptions {
  /** Told when the camera sends FFmpeg elsewhere; the connection is cut before FFmpeg hears of it. */
  readonly onRedirect: () => void;
  /** Told why the camera's certificate is not trusted. */
  readonly onUntrusted: (why: string) => void;
  /** PEM file of the certificates that are trusted; without it certificates are not checked. */
  readonly ca: string | undefined;
}

export function rtspGuard(target: Target, connect: Connect, options: RtspGuardOptions): Server {
  return createServer((client) => {
    client.on('error', () => client.destroy());
    relay(client, target, connect, options).catch(() => client.destroy());
  });
}

async function relay(client: Socket, target: Target, connect: Connect, options: RtspGuardOptions): Promise<void> {
  const plain = await connect(target);
  const camera: Duplex = target.scheme === 'rtsps' ? encrypted(plain, target.host, options) : plain;
  const replies = withoutRedirects(options.onRedirect);
  for (const part of [client, camera, replies, plain]) {
    part.on('error', () => client.destroy());
    part.on('close', () => [client, camera, plain].forEach((other) => other.destroy()));
  }
  client.pipe(camera).pipe(replies).pipe(client);
}

/** Certificates are checked as without the guard. */
function encrypted(socket: Socket, host: string, { ca, onUntrusted }: RtspGuardOptions): Duplex {
  const name = nameChecks(host);
  if (ca === undefined) return connectTls({ socket, rejectUnauthorized: false, ...name });
  const camera = connectTls({ socket, ca: readFileSync(ca), ...name });
  // Node names a problem here only when the certificate is refused; any other error is one of the connection.
  camera.once('error', () => {
    const problem: unknown = camera.authorizationError;
    if (problem !== null && problem !== undefined) onUntrusted(reasonOf(problem));
  });
  return camera;
}

/**
 * Passes everything on until a reply with a status of 300 to 399 appears. It looks at the text as FFmpeg's `ff_rtsp_read_reply` does, which
 * leaves out carriage returns, but anywhere: taking media for a redirect by chance is less likely than a disk error.
 */
export function withoutRedirects(onRedirect: () => void): Transform {
  let seen = '';
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen = (seen + chunk.toString('latin1').replaceAll('\r', '')).slice(-(longestLine + chunk.length));
      if (/RTSP\/\S*\s+\+?0*3\d\d(?!\d)/.test(seen)) {
        onRedirect();
        done(new Error('redirected'));
        return;
      }
      seen = seen.slice(-longestLine);
      done(null, chunk);
    },
  });
}
