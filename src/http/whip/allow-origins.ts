/** Lets pages of this server and of the allowed sites publish, and no other page. */
import type { MiddlewareHandler } from 'hono';
import { isAllowedOrigin } from '../../core/trusted-host.js';
import { problem } from '../problem.js';

/** CORS as the Fetch standard has it. What is no browser sends no `Origin` and passes. */
export function allowOrigins(allowedOrigins: readonly string[] | undefined): MiddlewareHandler {
  return async (context, next) => {
    const { origin, host } = context.req.header();
    if (!isAllowedOrigin(origin, host, allowedOrigins)) {
      context.res = problem(403, 'Forbidden', 'This server takes no video from pages of other sites');
      return;
    }
    await next();
    if (origin === undefined) return;
    context.header('Access-Control-Allow-Origin', origin);
    context.header('Vary', 'Origin');
    context.header('Access-Control-Expose-Headers', 'Location, Link');
    if (context.req.method !== 'OPTIONS') return;
    context.header('Access-Control-Allow-Methods', 'POST, DELETE');
    context.header('Access-Control-Allow-Headers', 'Authorization, Content-Type');
  };
}
