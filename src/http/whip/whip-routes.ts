/** WHIP (RFC 9725): `POST /whip/{stream}` begins a publication, `DELETE` on what its `Location` says ends it. */
import { STATUS_CODES } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ErrorCode } from '../../core/error-catalogue.js';
import { asActionwireError } from '../../core/errors.js';
import { problem } from '../problem.js';
import { allowOrigins } from './allow-origins.js';
import { mayPublish } from './may-publish.js';

/** Takes publishers in; both methods throw ActionwireErrors. */
export interface PublisherIntake {
  /** `address`: of this machine, at which the publisher can reach it. */
  publish(streamId: string, offer: string, address: string): Promise<{ sessionId: string; answer: string }>;
  end(streamId: string, sessionId: string): void;
}

export interface WhipOptions {
  readonly intake: PublisherIntake;
  /** What a publisher must know; without one only programs of this machine may publish. */
  readonly token?: string;
  /** Where publishers can reach this machine; default: where their request came in. */
  readonly address?: string;
  /** `stun:host:port`: publishers are told to use them. */
  readonly iceServers: readonly string[];
}

/** A browser's offer has about 6 kB. */
const maxBytes = 64 * 1024;

const statusOf: Readonly<Partial<Record<ErrorCode, number>>> = {
  STREAM_UNKNOWN: 404,
  WHIP_SESSION_UNKNOWN: 404,
  WHIP_BUSY: 409,
  WHIP_OFFER_INVALID: 400,
  WHIP_CODEC_UNSUPPORTED: 422,
  WHIP_LIMIT: 503,
  SOURCE_UNSUPPORTED: 501,
  SOURCE_CRASHED: 503,
  SOURCE_TIMEOUT: 504,
};

export function whipRoutes(options: WhipOptions, allowedOrigins: readonly string[] | undefined): Hono {
  const app = new Hono();
  app.use(allowOrigins(allowedOrigins));
  app.options('/:stream/:session?', () => empty(204, { 'Accept-Post': 'application/sdp' }));
  app.use(mayPublish(options.token));
  app.post('/:stream', offerBody, (context) => told(() => publish(context, options)));
  app.delete('/:stream/:session', (context) => told(() => end(context, options)));
  // Candidates that come later are not needed, and a connection is not restarted: RFC 9725 wants 405 then.
  app.all('/:stream', () => notAllowed('POST, OPTIONS'));
  app.all('/:stream/:session', () => notAllowed('DELETE, OPTIONS'));
  return app;
}

const offerBody: MiddlewareHandler = bodyLimit({
  maxSize: maxBytes,
  onError: () => problem(413, 'Content Too Large', `At most ${maxBytes} bytes are accepted`),
});

async function publish(context: Context, { intake, address, iceServers }: WhipOptions): Promise<Response> {
  if (!/^application\/sdp\s*(?:;|$)/i.test(context.req.header('content-type') ?? '')) {
    return problem(415, 'Unsupported Media Type', 'Send application/sdp');
  }
  const stream = context.req.param('stream') ?? '';
  const offer = await context.req.text();
  const { sessionId, answer } = await intake.publish(stream, offer, address ?? localAddress(context));
  const headers = new Headers({
    'Content-Type': 'application/sdp',
    Location: `/whip/${encodeURIComponent(stream)}/${sessionId}`,
  });
  for (const server of iceServers) headers.append('Link', `<${server}>; rel="ice-server"`);
  return new Response(answer, { status: 201, headers });
}

async function end(context: Context, { intake }: WhipOptions): Promise<Response> {
  intake.end(context.req.param('stream') ?? '', context.req.param('session') ?? '');
  return Promise.resolve(empty(200));
}

async function told(act: () => Promise<Response>): Promise<Response> {
  try {
    return await act();
  } catch (thrown) {
    const { code, message } = asActionwireError(thrown);
    const status = statusOf[code] ?? 500;
    const answer = problem(status, STATUS_CODES[status] ?? '', status === 500 ? 'The request failed' : message, code);
    if (status === 503) answer.headers.set('Retry-After', '5');
    return answer;
  }
}

function notAllowed(methods: string): Response {
  const answer = problem(405, 'Method Not Allowed', `Only ${methods} here`);
  answer.headers.set('Allow', methods);
  return answer;
}

function empty(status: number, headers: Record<string, string> = {}): Response {
  return new Response(null, { status, headers });
}

/** The address that the request was sent to; IPv4 without its IPv6 clothes. */
function localAddress({ env }: Context): string {
  const { incoming } = env as HttpBindings;
  return (incoming.socket.localAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
}
