/** Decides who may publish: whoever knows the token; without a token, programs of this machine. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import { problem } from '../problem.js';

/** Behind a proxy everybody seems to be of this machine. */
const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

export function mayPublish(token: string | undefined): MiddlewareHandler {
  return async (context, next) => {
    const refusal = token === undefined ? refuseRemote(context) : refuseStranger(context, token);
    if (refusal === undefined) await next();
    else context.res = refusal;
  };
}

function refuseStranger(context: Context, token: string): Response | undefined {
  const given = /^Bearer +(\S+) *$/i.exec(context.req.header('authorization') ?? '')?.[1];
  if (given !== undefined && isSame(given, token)) return undefined;
  const answer = problem(401, 'Unauthorized', 'Publishing needs the right bearer token', 'WHIP_UNAUTHORIZED');
  answer.headers.set('WWW-Authenticate', `Bearer realm="whip"${given === undefined ? '' : ', error="invalid_token"'}`);
  return answer;
}

function refuseRemote(context: Context): Response | undefined {
  const { remoteAddress = '' } = (context.env as HttpBindings).incoming.socket;
  const isLocal = /^(?:::ffff:)?127\.|^::1$/.test(remoteAddress);
  if (isLocal && !proxyHeaders.some((name) => context.req.header(name) !== undefined)) return undefined;
  return problem(403, 'Forbidden', 'Without a token only programs of this machine may publish', 'WHIP_REMOTE_REFUSED');
}

/** Takes the same time wherever the two differ. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
