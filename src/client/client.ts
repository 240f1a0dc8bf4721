/** Connects, and keeps connected: every numbered message is told exactly once and in order, or a `gap` says what is lost. */
import type { ServerMessage } from '../ws/protocol.js';
import { backoffMs } from './backoff.js';
import { Connection } from './connection.js';
import { CursorKeeper, type Cursor } from './cursor.js';
import { ClientError } from './errors.js';
import { MessageQueue } from './message-queue.js';
import { addressOf, limitsOf, subscribeMessage, type ConnectOptions } from './options.js';
import type { WebSocketConstructor } from './websocket.js';

/** `waiting`: the connection is lost, or there was none, and it is tried again after a while. `closed` is final. */
export type ClientState = 'connecting' | 'open' | 'waiting' | 'closed';
/** What a user is told: all messages but the answers that the client itself asked for. */
export type Told = Exclude<ServerMessage, { type: 'ack' | 'pong' }>;
export type ClientEvents = { [T in Told['type']]: Extract<Told, { type: T }> } & { message: Told; state: ClientState };

interface Observer {
  next?: ((message: Told) => void) | undefined;
  complete?: (() => void) | undefined;
}

/** Types that this version knows; later ones are passed over. */
const known: Record<ServerMessage['type'], true> = {
  hello: true,
  streams: true,
  'stream.state': true,
  'stream.gap': true,
  'stream.labels': true,
  'stream.stats': true,
  'action.started': true,
  'action.updated': true,
  'action.ended': true,
  scores: true,
  'window.dropped': true,
  ack: true,
  gap: true,
  error: true,
  pong: true,
};

export class Client implements AsyncIterable<Told> {
  readonly #listeners = new Map<string, Set<(event: never) => void>>();
  readonly #completions = new Set<() => void>();
  readonly #keeper: CursorKeeper;
  readonly #limits: ReturnType<typeof limitsOf>;
  readonly #target: { WebSocket: WebSocketConstructor; url: string; protocols: string[] };
  #connection: Connection | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #state: ClientState = 'connecting';

  constructor(
    url: string | URL,
    private readonly options: ConnectOptions,
  ) {
    const WebSocket = options.WebSocket ?? (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
    if (WebSocket === undefined) {
      throw new ClientError('CLIENT_WEBSOCKET_MISSING', 'There is no global WebSocket here: give one as an option');
    }
    this.#limits = limitsOf(options);
    this.#keeper = new CursorKeeper(options.since);
    this.#target = { WebSocket, url: addressOf(url), protocols: ['actionwire.v1'] };
    if (options.signal?.aborted === true) this.#state = 'closed';
    else this.#open();
    options.signal?.addEventListener('abort', this.close, { once: true });
  }

  get state(): ClientState {
    return this.#state;
  }

  /** Where it is; as `since` of another client it goes on from here. Missing until the first `hello`. */
  get cursor(): Cursor | undefined {
    return this.#keeper.cursor;
  }

  /** Calls `listener` for every message of a type, for every `message`, or for every change of `state`, until the returned function is called. */
  on<T extends keyof ClientEvents>(type: T, listener: (event: ClientEvents[T]) => void): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** As an observable does: messages, and completion when the client is closed. */
  subscribe(observer: Observer | ((message: Told) => void)): { unsubscribe(): void } {
    const heard: Observer = typeof observer === 'function' ? { next: observer } : observer;
    const off = this.on('message', (message) => heard.next?.(message));
    const unsubscribe = (): void => {
      off();
      this.#completions.delete(done);
    };
    const done = (): void => {
      unsubscribe();
      heard.complete?.();
    };
    this.#completions.add(done);
    if (this.#state === 'closed') done();
    return { unsubscribe };
  }

  /** Every message from now on, for one loop. @throws ClientError CLIENT_TOO_SLOW inside the loop, when its queue is full. */
  [Symbol.asyncIterator](): AsyncIterator<Told, undefined> {
    const held: { subscription?: { unsubscribe(): void } } = {};
    const queue = new MessageQueue<Told>(this.#limits.maxQueued, () => held.subscription?.unsubscribe());
    held.subscription = this.subscribe({ next: (message) => queue.push(message), complete: () => queue.end() });
    return queue;
  }

  /** For `from(client)` of RxJS and other libraries that look for it. */
  ['@@observable'](): this {
    return this;
  }

  /** Final; loops end and observers complete. */
  readonly close = (): void => {
    if (this.#state === 'closed') return;
    this.options.signal?.removeEventListener('abort', this.close);
    clearTimeout(this.#retry);
    this.#connection?.close();
    this.#become('closed');
    for (const done of [...this.#completions]) guarded(done);
  };

  #open(): void {
    this.#become('connecting');
    this.#keeper.reconnected();
    const { heartbeatMs } = this.#limits;
    this.#connection = new Connection({
      ...this.#target,
      heartbeatMs,
      message: (message) => this.#heard(message),
      ended: () => this.#wait(),
    });
  }

  #wait(): void {
    const { retryBaseMs, retryMaxMs } = this.#limits;
    this.#retry = setTimeout(() => this.#open(), backoffMs(this.#failures, retryBaseMs, retryMaxMs, Math.random));
    this.#failures += 1;
    this.#become('waiting');
  }

  #heard(message: ServerMessage): void {
    const isTold = this.#keeper.take(message);
    if (message.type === 'ack') {
      this.#failures = 0;
      this.#become('open');
    }
    if (isTold && Object.hasOwn(known, message.type)) {
      this.#emit(message.type, message);
      this.#emit('message', message);
    }
    if (message.type === 'hello' && this.cursor !== undefined) {
      this.#connection?.send(subscribeMessage(this.options, this.cursor));
    }
  }

  #become(state: ClientState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#emit('state', state);
  }

  #emit(type: string, event: ServerMessage | ClientState): void {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) guarded(() => listener(event as never));
  }
}

/** @throws ClientError CLIENT_OPTION_INVALID or CLIENT_WEBSOCKET_MISSING; a server that cannot be reached is tried again for ever. */
export function connect(url: string | URL, options: ConnectOptions = {}): Client {
  return new Client(url, options);
}

/** A listener that throws stops no other one; the error is reported as an uncaught one. */
function guarded(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
