/** The options of `connect`, and what they become: an address and a subscription. */
import type { ClientMessage } from '../ws/protocol.js';
import type { Cursor } from './cursor.js';
import { ClientError } from './errors.js';
import type { WebSocketConstructor } from './websocket.js';

type Subscribe = Extract<ClientMessage, { type: 'subscribe' }>;

/** `streams`, `labels`, `minScore`, `types` and `scores` choose what is heard, as `subscribe` of docs/protocol.md. */
export interface ConnectOptions extends Pick<Subscribe, 'streams' | 'labels' | 'minScore' | 'types' | 'scores'> {
  /** Closes the client. */
  readonly signal?: AbortSignal;
  /** Needed where there is no global one: Node before 22. */
  readonly WebSocket?: WebSocketConstructor;
  /** Resumes after what another client heard, see `client.cursor`. */
  readonly since?: Cursor;
  /** Messages that wait for a slow `for await` loop; 10000. */
  readonly maxQueued?: number;
  /** A silent connection is asked for a sign of life after this time, and given up after twice of it; 15000. */
  readonly heartbeatMs?: number;
  /** The longest wait before the first and before any later attempt to reconnect; 500 and 30000. */
  readonly retryBaseMs?: number;
  readonly retryMaxMs?: number;
}

export const defaults = { maxQueued: 10_000, heartbeatMs: 15_000, retryBaseMs: 500, retryMaxMs: 30_000 };

type Limits = typeof defaults;

/** @throws ClientError CLIENT_OPTION_INVALID naming the limit. */
export function limitsOf(options: ConnectOptions): Limits {
  const limits = { ...defaults };
  for (const name of Object.keys(defaults) as (keyof Limits)[]) {
    const value = options[name] ?? defaults[name];
    if (!Number.isInteger(value) || value < 1 || value > 2 ** 30) {
      throw new ClientError('CLIENT_OPTION_INVALID', `${name} must be a whole number from 1 to ${2 ** 30}`);
    }
    limits[name] = value;
  }
  return limits;
}

/** `http` becomes `ws`, no path becomes `/ws`; in a page the address may be relative. @throws ClientError CLIENT_OPTION_INVALID. */
export function addressOf(url: string | URL): string {
  const base = (globalThis as { location?: { href: string } }).location?.href;
  let address: URL;
  try {
    address = new URL(url, base);
  } catch {
    throw new ClientError('CLIENT_OPTION_INVALID', 'url is not an address such as ws://127.0.0.1:8787/ws');
  }
  address.protocol = address.protocol.replace(/^http/, 'ws');
  if (!/^wss?:$/.test(address.protocol)) {
    throw new ClientError('CLIENT_OPTION_INVALID', 'url must begin with ws:, wss:, http: or https:');
  }
  if (address.pathname === '/') address.pathname = '/ws';
  address.hash = '';
  return address.href;
}

export function subscribeMessage(options: ConnectOptions, { epoch, seq }: Cursor): Subscribe {
  const message: Subscribe = { type: 'subscribe', epoch, sinceSeq: seq };
  for (const name of ['streams', 'labels', 'minScore', 'types', 'scores'] as const) {
    if (options[name] !== undefined) Object.assign(message, { [name]: options[name] });
  }
  return message;
}
