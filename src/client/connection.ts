/** One WebSocket from its opening to its end: parses what comes, and gives up on a connection that has fallen silent. */
import type { ClientMessage, ServerMessage } from '../ws/protocol.js';
import type { WebSocketConstructor, WebSocketLike } from './websocket.js';

export interface ConnectionOptions {
  readonly WebSocket: WebSocketConstructor;
  readonly url: string;
  readonly protocols: string[];
  readonly heartbeatMs: number;
  message(message: ServerMessage): void;
  /** Called once. */
  ended(): void;
}

export class Connection {
  readonly #socket: WebSocketLike;
  readonly #timer: ReturnType<typeof setInterval>;
  #isOpen = false;
  #isOver = false;
  /** Heartbeats since anything was heard. */
  #silent = 0;

  constructor(private readonly options: ConnectionOptions) {
    this.#socket = new options.WebSocket(options.url, options.protocols);
    this.#socket.addEventListener('open', () => (this.#isOpen = true));
    this.#socket.addEventListener('message', ({ data }) => this.#heard(data));
    this.#socket.addEventListener('close', () => this.#end());
    // A `close` always follows; without a listener `ws` would throw.
    this.#socket.addEventListener('error', () => undefined);
    this.#timer = setInterval(() => this.#beat(), options.heartbeatMs);
  }

  send(message: ClientMessage): void {
    if (this.#isOpen && !this.#isOver) this.#socket.send(JSON.stringify(message));
  }

  /** Also from a connection that no longer answers: nothing of it is heard after this. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#timer);
    this.#socket.close();
  }

  #heard(data: unknown): void {
    if (this.#isOver) return;
    this.#silent = 0;
    const message = parse(data);
    if (message === undefined) this.#end();
    else this.options.message(message);
  }

  #beat(): void {
    this.#silent += 1;
    if (this.#silent >= 2) this.#end();
    else this.send({ type: 'ping' });
  }

  #end(): void {
    if (this.#isOver) return;
    this.close();
    this.options.ended();
  }
}

/** Undefined for what no server of this protocol sends. */
function parse(data: unknown): ServerMessage | undefined {
  try {
    const message: unknown = JSON.parse(String(data));
    return typeof message === 'object' && message !== null && 'type' in message
      ? (message as ServerMessage)
      : undefined;
  } catch {
    return undefined;
  }
}
