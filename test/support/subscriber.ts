/** A real WebSocket client that remembers every message, each checked against the protocol's schema. */
import { WebSocket } from 'ws';
import { PROTOCOL, serverMessage, type ServerMessage } from '../../src/ws/protocol.js';

export type MessageOf<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;

export class Subscriber {
  readonly messages: ServerMessage[] = [];
  /** Wall time (epoch ms) when `messages[i]` arrived. */
  readonly arrivedAtMs: number[] = [];
  readonly #waiters = new Set<() => void>();
  #closed = false;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      this.messages.push(serverMessage.parse(JSON.parse(data.toString('utf8'))));
      this.arrivedAtMs.push(Date.now());
      for (const look of this.#waiters) look();
    });
    socket.on('close', () => {
      this.#closed = true;
      for (const look of this.#waiters) look();
    });
  }

  /** Connects and waits until the socket is open; the hello may arrive later. */
  static async connect(url: string): Promise<Subscriber> {
    const socket = new WebSocket(url, PROTOCOL);
    const subscriber = new Subscriber(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return subscriber;
  }

  of<T extends ServerMessage['type']>(type: T): MessageOf<T>[] {
    return this.messages.filter((message): message is MessageOf<T> => message.type === type);
  }

  send(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }

  /** The first message (already here or still to come) that `wanted` accepts, not looking before index `from`. */
  first<T extends ServerMessage>(wanted: (message: ServerMessage) => message is T, options?: WaitOptions): Promise<T>;
  first(wanted: (message: ServerMessage) => boolean, options?: WaitOptions): Promise<ServerMessage>;
  first(
    wanted: (message: ServerMessage) => boolean,
    { timeoutMs = 30_000, from = 0 }: WaitOptions = {},
  ): Promise<ServerMessage> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        this.#waiters.delete(look);
        act();
      };
      const look = (): void => {
        const found = this.messages.slice(from).find(wanted);
        if (found !== undefined) settle(() => resolve(found));
        else if (this.#closed) settle(() => reject(new Error(`the connection closed; heard: ${this.#heard()}`)));
      };
      const timer = setTimeout(
        () => settle(() => reject(new Error(`not heard within ${timeoutMs} ms; heard: ${this.#heard()}`))),
        timeoutMs,
      );
      this.#waiters.add(look);
      look();
    });
  }

  close(): void {
    this.socket.terminate();
  }

  #heard(): string {
    return JSON.stringify(this.messages.slice(-12));
  }
}

interface WaitOptions {
  timeoutMs?: number;
  from?: number;
}
