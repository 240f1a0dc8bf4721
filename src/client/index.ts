/** The typed client, for browsers and Node: imports nothing of the rest of the program but types. */
export { connect, type Client, type ClientEvents, type ClientState, type Told } from './client.js';
export type { Cursor } from './cursor.js';
export { ClientError, type ClientErrorCode } from './errors.js';
export type { ConnectOptions } from './options.js';
export type { WebSocketConstructor, WebSocketLike } from './websocket.js';
