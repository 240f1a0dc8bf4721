/** One subscriber: what it wants, what is sent to it, and when it is let go. */
import type { WebSocket } from 'ws';
import type { Clock } from '../core/clock.js';
import { asActionwireError } from '../core/errors.js';
import { parseClientMessage } from './client-message.js';
import type { ClientMessage, ServerMessage, StreamMessage } from './protocol.js';
import { RateLimit } from './rate-limit.js';
import { serialise } from './serialise.js';
import {
  defaultSubscription,
  subscriptionOf,
  wants,
  type SubscribeRequest,
  type Subscription,
} from './subscription.js';

export interface ConnectionLimits {
  /** Above this many bytes waiting to be sent, scores are dropped for this subscriber. */
  readonly scoresBufferBytes: number;
  /** Above this many, the subscriber is disconnected with 1013 `slow-consumer`. */
  readonly maxBufferBytes: number;
  /** How long a disconnected peer may take to answer the close frame, milliseconds. */
  readonly closeGraceMs: number;
  /** Messages allowed at once and, steadily, per second; an invalid one counts `INVALID_COST` times. */
  readonly messageBurst: number;
  readonly messagesPerSecond: number;
}

const INVALID_COST = 10;

/** Owns its socket. Errors of the socket end in `close`, which `ws` always emits afterwards. */
export class Connection {
  /** Resolves when the socket is gone. */
  readonly closed: Promise<void>;
  #subscription: Subscription = defaultSubscription;
  #droppedScores = 0;
  #isAlive = true;
  #isClosing = false;
  #killTimer: NodeJS.Timeout | undefined;
  readonly #rate: RateLimit;

  constructor(
    private readonly socket: WebSocket,
    private readonly limits: ConnectionLimits,
    private readonly clock: Clock,
    private readonly listeners: {
      readonly onClose: () => void;
      readonly onSlow: () => void;
      readonly onSubscribe: (request: SubscribeRequest) => void;
      readonly lastSeq: () => number;
    },
  ) {
    this.#rate = new RateLimit(limits.messageBurst, limits.messagesPerSecond, clock);
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#receive(data, isBinary));
    socket.on('pong', () => (this.#isAlive = true));
    // A protocol error (bad frame, message too large): ws has sent the matching close code itself.
    socket.on('error', () => this.#killLater());
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        clearTimeout(this.#killTimer);
        listeners.onClose();
        resolve();
      });
    });
  }

  get subscription(): Subscription {
    return this.#subscription;
  }

  get droppedScores(): number {
    return this.#droppedScores;
  }

  wants(message: StreamMessage): boolean {
    return wants(this.#subscription, message);
  }

  /** Sends bytes already serialised. `isScores`: may be dropped when this subscriber lags. */
  sendBytes(bytes: Buffer, isScores: boolean): void {
    if (this.#isClosing) return;
    if (isScores && this.socket.bufferedAmount > this.limits.scoresBufferBytes) {
      this.#droppedScores += 1;
      return;
    }
    if (this.socket.bufferedAmount + bytes.length > this.limits.maxBufferBytes) this.#letGoSlow();
    else this.#write(bytes);
  }

  send(message: ServerMessage): void {
    this.sendBytes(serialise(message), false);
  }

  /** Called once per heartbeat: ends a peer that did not answer the last ping, pings the others. */
  heartbeat(): void {
    if (!this.#isAlive) this.socket.terminate();
    else {
      this.#isAlive = false;
      this.socket.ping();
    }
  }

  /** Says goodbye; a peer that does not answer within the grace time is cut off. */
  close(code: number, reason: string, graceMs = this.limits.closeGraceMs): void {
    this.#isClosing = true;
    this.socket.close(code, reason);
    this.#killLater(graceMs);
  }

  #killLater(graceMs = this.limits.closeGraceMs): void {
    clearTimeout(this.#killTimer);
    this.#killTimer = setTimeout(() => this.socket.terminate(), graceMs);
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#isClosing) return;
    try {
      const message = parseClientMessage(isBinary ? '' : data.toString('utf8'));
      if (this.#rate.take(1)) this.#answer(message);
      else this.#refuseFlood();
    } catch (error) {
      const { code, message } = asActionwireError(error);
      if (this.#rate.take(INVALID_COST)) this.send({ type: 'error', code, message });
      else this.#refuseFlood();
    }
  }

  #answer(message: ClientMessage): void {
    switch (message.type) {
      case 'subscribe':
        this.#subscription = subscriptionOf(message);
        this.listeners.onSubscribe(message);
        return;
      case 'ping': {
        const id = message.id === undefined ? {} : { id: message.id };
        const serverTimeMs = this.clock.now();
        const seq = this.listeners.lastSeq();
        this.send({ type: 'pong', ...id, serverTimeMs, seq, droppedScores: this.#droppedScores });
        return;
      }
      default:
        message satisfies never;
    }
  }

  #refuseFlood(): void {
    this.send({ type: 'error', code: 'WS_TOO_MANY_MESSAGES', message: 'Too many messages; goodbye' });
    this.close(1008, 'too-many-messages');
  }

  /** The two short last words are the only bytes that may exceed the limit. */
  #letGoSlow(): void {
    this.listeners.onSlow();
    this.#write(serialise({ type: 'error', code: 'WS_SLOW_CONSUMER', message: 'Read too slowly; goodbye' }));
    this.close(1013, 'slow-consumer');
  }

  #write(bytes: Buffer): void {
    this.socket.send(bytes, { binary: false });
  }
}
