/** Opens the page and the WebSocket hub on one port. */
import type { Config } from './config.js';
import type { Clock } from './core/clock.js';
import type { Closable } from './core/close.js';
import { version } from './core/version.js';
import { HttpServer, type Control } from './http/index.js';
import type { Engine } from './infer/index.js';
import type { Publishing } from './publishing.js';
import { Hub } from './ws/index.js';

/** What `/healthz` answers. */
interface Health {
  readonly ok: boolean;
  readonly inference: Engine['status'];
}

export interface Server {
  readonly http: HttpServer;
  readonly hub: Hub;
}

/** What the server is made of besides the engine. */
interface ServerParts {
  readonly control?: Control;
  /** Of a replay; the wall clock without it. */
  readonly clock?: Clock;
  readonly publishing: Publishing;
}

/** What is opened is pushed on `opened`. Without `control` nothing can be changed over HTTP; `clock` is the wall's unless given. */
export async function openServer(
  { host, port, allowedOrigins }: Exclude<Config['server'], false>,
  engine: Engine,
  { control, clock, publishing }: ServerParts,
  opened: Closable[],
): Promise<Server> {
  const health = (): Health => ({ ok: engine.status === 'running', inference: engine.status });
  const snapshot = (): unknown => hub.hello();
  const http = await HttpServer.open({
    host,
    port,
    allowedOrigins,
    health,
    snapshot,
    whip: publishing.whip,
    ...(control === undefined ? {} : { control }),
  });
  opened.push(http);
  const hub = Hub.open({
    server: http.server,
    version,
    model: engine.info,
    allowedOrigins,
    ...(clock === undefined ? {} : { clock }),
  });
  opened.push(hub);
  return { http, hub };
}
