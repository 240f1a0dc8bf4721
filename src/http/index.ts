/** The page, health and snapshot over HTTP. */
export { HttpServer, type HttpServerOptions } from './http-server.js';
export type { Control } from './control.js';
export type { WhipOptions } from './whip/whip-routes.js';
