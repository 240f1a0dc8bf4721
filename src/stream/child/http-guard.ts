/** A forward proxy on the loopback address of the decoder process: FFmpeg's HTTP requests, redirects and playlist entries go through it. */
import {
  STATUS_CODES,
  createServer,
  request,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { asActionwireError } from '../../core/errors.js';
import { targetOf, type Target } from '../guard/target.js';

export type Connect = (target: Target) => Promise<Socket>;

/** Headers that are about the connection to the proxy and not about what is asked for. */
const ownHeaders = ['connection', 'keep-alive', 'proxy-connection', 'proxy-authorization'];

/** @param connect refuses what is not allowed, by rejecting */
export function httpGuard(connect: Connect): Server {
  const server = createServer((asked, answer) => {
    forward(asked, answer, connect).catch((error: unknown) => refuse(answer, statusOf(error)));
  });
  server.on('connect', (asked: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on('error', () => client.destroy());
    tunnel(asked.url ?? '', client, head, connect).catch((error: unknown) =>
      client.end(`HTTP/1.1 ${statusOf(error)} ${STATUS_CODES[statusOf(error)]}\r\n\r\n`),
    );
  });
  return server;
}

async function forward(asked: IncomingMessage, answer: ServerResponse, connect: Connect): Promise<void> {
  const url = asked.url ?? '';
  const target = targetOf(url);
  if (target?.scheme !== 'http') throw new Error('the guard was asked for something else than http');
  const socket = await connect(target);
  const path = url.replace(/^http:\/\/[^/?#]*/i, '').replace(/^(?!\/)/, '/');
  const sent = request({
    method: asked.method,
    path,
    headers: passed(asked.headers),
    setHost: false,
    createConnection: () => socket,
  });
  sent.on('response', (found) => {
    answer.writeHead(found.statusCode ?? 502, passed(found.headers));
    found.pipe(answer);
    found.on('error', () => answer.destroy());
  });
  sent.on('error', () => answer.destroy());
  answer.on('close', () => sent.destroy());
  asked.pipe(sent);
}

async function tunnel(authority: string, client: Duplex, head: Buffer, connect: Connect): Promise<void> {
  const target = targetOf(`https://${authority}`);
  if (target === undefined) throw new Error('the guard was asked for something else than a host');
  const socket = await connect(target);
  client.write('HTTP/1.1 200 Connection established\r\n\r\n');
  socket.write(head);
  join(client, socket);
}

/** Each ends with the other. */
export function join(one: Duplex, other: Duplex): void {
  one.pipe(other).pipe(one);
  for (const [end, far] of [
    [one, other],
    [other, one],
  ] as const) {
    end.on('error', () => far.destroy());
    end.on('close', () => far.destroy());
  }
}

function refuse(answer: ServerResponse, status: number): void {
  if (answer.headersSent) answer.destroy();
  else answer.writeHead(status).end();
}

/** Forbidden is what is not allowed; what is allowed but not there is the host's fault. */
function statusOf(error: unknown): 403 | 502 {
  return asActionwireError(error).code === 'SOURCE_NOT_ALLOWED' ? 403 : 502;
}

function passed(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.includes(name)));
}
