/** What the server answers: the page, its health and a snapshot of the streams. */
import { Hono } from 'hono';
import { isTrustedHost } from '../core/trusted-host.js';
import { whoMayControl, type Control } from './control.js';
import { problem } from './problem.js';
import { putLabels } from './put-labels.js';
import { commonHeaders, contentSecurityPolicy } from './security-headers.js';
import { deleteStream, putStream } from './stream-routes.js';
import { whipRoutes, type WhipOptions } from './whip/whip-routes.js';

export interface RouteOptions {
  /** The whole page. */
  readonly html: string;
  /** JSON for `/api/streams`, made at each request. */
  readonly snapshot: () => unknown;
  /** For `/healthz`: `ok` false answers 503. Default always well. */
  readonly health?: () => { readonly ok: boolean };
  /** Sites whose host names this server may also be reached under. */
  readonly allowedOrigins?: readonly string[];
  /** What requests may change; missing: such requests are refused. */
  readonly control?: Control;
  /** Takes publishers in; missing: nobody can publish. */
  readonly whip?: WhipOptions;
}

/** A Hono application; GET and HEAD, and PUT and DELETE under `/api/streams/` for control; WHIP under `/whip/`; everything else is a problem document. */
export function routes({ html, snapshot, health, allowedOrigins, control, whip }: RouteOptions): Hono {
  const app = new Hono();
  const pagePolicy = contentSecurityPolicy(html);
  app.use(async (context, next) => {
    if (!isTrustedHost(context.req.header('host'), allowedOrigins)) {
      context.res = problem(421, 'Misdirected Request', 'This server does not answer under that host name');
    } else await next();
    for (const [name, value] of Object.entries(commonHeaders)) context.header(name, value);
  });
  app.get('/', (context) => context.html(html, 200, { 'Content-Security-Policy': pagePolicy }));
  app.get('/healthz', (context) => {
    const state = health?.() ?? { ok: true };
    return context.json(state, state.ok ? 200 : 503);
  });
  app.get('/api/streams', (context) => context.json(snapshot()));
  app.on(['PUT', 'DELETE'], '/api/streams/*', whoMayControl(control !== undefined, allowedOrigins));
  if (control !== undefined) {
    app.put('/api/streams/:name/labels', putLabels(control));
    app.put('/api/streams/:name', putStream(control));
    app.delete('/api/streams/:name', deleteStream(control));
  }
  if (whip !== undefined) app.route('/whip', whipRoutes(whip, allowedOrigins));
  app.notFound((context) => problem(404, 'Not Found', `Nothing here for ${context.req.method} ${context.req.path}`));
  app.onError(() => problem(500, 'Internal Server Error', 'The request failed'));
  return app;
}
