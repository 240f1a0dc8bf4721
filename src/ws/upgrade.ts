/** Answers a request to become a WebSocket: the right path and a page that may listen, else a plain refusal. */
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorCatalogue } from '../core/error-catalogue.js';
import { isAllowedOrigin } from '../core/trusted-host.js';
import { PROTOCOL } from './protocol.js';

export interface UpgradePolicy {
  readonly path: string;
  readonly allowedOrigins: readonly string[];
}

const statusOf = {
  WS_PATH_UNKNOWN: 404,
  WS_ORIGIN_REFUSED: 403,
  WS_PROTOCOL_UNKNOWN: 400,
  WS_TOO_MANY_CLIENTS: 503,
} as const;

export type Refusal = keyof typeof statusOf;

/** Why to refuse, or undefined to accept. */
export function refusalOf(request: IncomingMessage, policy: UpgradePolicy): Refusal | undefined {
  const [path] = (request.url ?? '').split('?');
  if (path !== policy.path) return 'WS_PATH_UNKNOWN';
  const { origin, host } = request.headers;
  if (!isAllowedOrigin(origin, host, policy.allowedOrigins)) return 'WS_ORIGIN_REFUSED';
  return speaksOurs(request.headers['sec-websocket-protocol']) ? undefined : 'WS_PROTOCOL_UNKNOWN';
}

/** Who names no sub-protocol takes the one there is. */
function speaksOurs(offered: string | undefined): boolean {
  return offered === undefined || offered.split(',').some((name) => name.trim() === PROTOCOL);
}

/** Writes a whole HTTP answer, a problem document (RFC 9457), to a socket that asked for an upgrade, and ends it. */
export function refuse(socket: Duplex, code: Refusal): void {
  const status = statusOf[code];
  const title = STATUS_CODES[status] ?? '';
  const body = JSON.stringify({ type: 'about:blank', title, status, code, detail: errorCatalogue[code].summary });
  socket.once('finish', () => socket.destroy());
  // The peer may be gone already; there is nobody left to tell.
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nConnection: close\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
