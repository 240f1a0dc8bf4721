/** The page, health and snapshot over HTTP. */
export { HttpServer, type HttpServerOptions } from './http-server.js';
export type { SetLabels } from './put-labels.js';
export type { WhipOptions } from './whip/whip-routes.js';
