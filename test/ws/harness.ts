/** A hub on a free loopback port, and subscribers that remember what they heard. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import type { ActionEvent, ActionwireMessage } from '../../src/core/types.js';
import { Hub, PROTOCOL, serverMessage, type HubOptions, type ServerMessage } from '../../src/ws/index.js';

export interface Served {
  readonly hub: Hub;
  readonly server: Server;
  readonly url: string;
  close(): Promise<void>;
}

export async function serveHub(options: Partial<HubOptions> = {}): Promise<Served> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const hub = Hub.open({ server, epoch: 'test', ...options });
  const close = async (): Promise<void> => {
    await hub.close();
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  return { hub, server, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`, close };
}

/** Opens a hub for the test that asks for one, and closes it after that test. */
export function hubForEachTest(): typeof serveHub {
  let served: Served | undefined;
  afterEach(async () => {
    await served?.close();
    served = undefined;
  });
  return async (options) => (served = await serveHub(options));
}

/** Every message is checked against the protocol's schema as it arrives. */
export class Subscriber {
  readonly heard: ServerMessage[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  #wake: () => void = () => undefined;

  private constructor(readonly socket: WebSocket) {
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        this.#wake();
        resolve({ code, reason: reason.toString() });
      });
    });
    socket.on('message', (data: Buffer) => {
      this.heard.push(serverMessage.parse(JSON.parse(data.toString())));
      this.#wake();
    });
    socket.on('error', () => undefined);
  }

  /** Connects and waits for the first message. */
  static async open(url: string, options: ClientOptions = {}): Promise<Subscriber> {
    const subscriber = new Subscriber(new WebSocket(url, PROTOCOL, options));
    await subscriber.until(() => subscriber.heard.length > 0);
    return subscriber;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  /** Waits for a message of this type, and returns the newest. */
  async next<T extends ServerMessage['type']>(type: T): Promise<Extract<ServerMessage, { type: T }>> {
    await this.until(() => this.of(type).length > 0);
    return this.of(type).at(-1)!;
  }

  of<T extends ServerMessage['type']>(type: T): Extract<ServerMessage, { type: T }>[] {
    return this.heard.filter((message): message is Extract<ServerMessage, { type: T }> => message.type === type);
  }

  /** Everything the server sent before its answer to this ping has been heard when it resolves. */
  async sync(id: string): Promise<Extract<ServerMessage, { type: 'pong' }>> {
    this.send({ type: 'ping', id });
    await this.until(() => this.of('pong').some((pong) => pong.id === id));
    return this.of('pong').find((pong) => pong.id === id)!;
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.socket.readyState >= WebSocket.CLOSING) throw new Error('closed before it happened');
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

export function actionMessage(fields: Partial<ActionEvent> = {}): ActionwireMessage {
  const event: ActionEvent = {
    type: 'action.started',
    id: 'cam-1',
    streamId: 'cam',
    label: 'walk',
    score: 0.8,
    peak: 0.8,
    top: [{ label: 'walk', score: 0.8 }],
    fromMs: 1000,
    toMs: 1500,
    capturedAtMs: 10_000,
    decidedAtMs: 2500,
    latencyMs: 12.5,
    ...fields,
  };
  return { kind: 'event', event };
}

export function scoresMessage(streamId = 'cam', labelCount = 3): ActionwireMessage {
  const labels = Array.from({ length: labelCount }, (_, i) => `label ${i}`);
  const values = Float32Array.from(labels, () => 1 / labelCount);
  const timing = { capturedAtMs: Date.now() - 40, queueMs: 3, inferenceMs: 20 };
  const scores = { streamId, windowIndex: 5, firstPtsMs: 0, lastPtsMs: 2000, labels, values, timing };
  return { kind: 'scores', scores, smoothed: values };
}

export function stateMessage(streamId = 'cam'): ActionwireMessage {
  return { kind: 'state', state: { streamId, status: 'live', atMs: 5000, attempt: 1 } };
}
