/** Answers a request to become a WebSocket: the right path and a page that may listen, else a plain refusal. */
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isAllowedOrigin } from '../core/trusted-host.js';

export interface UpgradePolicy {
  readonly path: string;
  readonly allowedOrigins: readonly string[];
}

/** The HTTP status with which to refuse, or undefined to accept. */
export function refusalOf(request: IncomingMessage, policy: UpgradePolicy): 403 | 404 | undefined {
  const [path] = (request.url ?? '').split('?');
  if (path !== policy.path) return 404;
  const { origin, host } = request.headers;
  return isAllowedOrigin(origin, host, policy.allowedOrigins) ? undefined : 403;
}

/** Writes a whole HTTP answer to a socket that asked for an upgrade, and ends it. */
export function refuse(socket: Duplex, status: 403 | 404): void {
  const body = status === 403 ? 'WS_ORIGIN_REFUSED\n' : 'Not found\n';
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Type: text/plain\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
