/** The limits of the hub: defaults with units in the names, checked before anything is opened. */
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { wallClock, type Clock } from '../core/clock.js';
import { ActionwireError } from '../core/errors.js';
import type { ModelInfo } from '../core/model-info.js';

export interface HubOptions {
  /** The HTTP server whose upgrades the hub answers. The hub does not close it. */
  readonly server: Server;
  readonly path?: string;
  /** Told in `hello`. */
  readonly version?: string;
  readonly model?: ModelInfo;
  /** Names this run of the server; a new one means that `seq` starts again. */
  readonly epoch?: string;
  readonly clock?: Clock;
  readonly maxClients?: number;
  readonly maxPayloadBytes?: number;
  readonly maxBufferBytes?: number;
  readonly scoresBufferBytes?: number;
  readonly closeGraceMs?: number;
  readonly heartbeatMs?: number;
  readonly statsEveryMs?: number;
  readonly messageBurst?: number;
  readonly messagesPerSecond?: number;
  /** Ended actions that a late joiner is told. */
  readonly historyLength?: number;
  /** Lasting messages kept for subscribers that come back, and their bytes as sent; no more bytes than fit into `maxBufferBytes`. 0 messages: none. */
  readonly historyEvents?: number;
  readonly historyBytes?: number;
  /** Web pages of other sites that may connect, as `https://site.example`; `*` for any. */
  readonly allowedOrigins?: readonly string[];
}

type Resolved = Required<Omit<HubOptions, 'server' | 'model'>> & Pick<HubOptions, 'server' | 'model'>;

export const defaultHubLimits = {
  maxClients: 64,
  maxPayloadBytes: 16_384,
  maxBufferBytes: 1_048_576,
  scoresBufferBytes: 65_536,
  closeGraceMs: 2000,
  heartbeatMs: 15_000,
  statsEveryMs: 1000,
  messageBurst: 100,
  messagesPerSecond: 20,
  historyLength: 100,
  historyEvents: 10_000,
  historyBytes: 524_288,
} as const;

/** @throws ActionwireError OPTION_INVALID naming the limit. */
export function resolveHubOptions(options: HubOptions): Resolved {
  const resolved = {
    path: '/ws',
    version: '0.0.0',
    epoch: randomUUID(),
    clock: wallClock,
    allowedOrigins: [],
    ...defaultHubLimits,
    ...options,
  };
  for (const name of Object.keys(defaultHubLimits) as (keyof typeof defaultHubLimits)[]) {
    const value = resolved[name];
    const least = name.startsWith('history') ? 0 : 1;
    if (!Number.isInteger(value) || value < least || value > 2 ** 31 - 1) {
      throw new ActionwireError('OPTION_INVALID', `${name} must be a whole number from ${least} to 2147483647`);
    }
  }
  return resolved;
}
