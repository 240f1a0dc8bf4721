/** Tells every subscriber what happens: one serialisation per message, and nobody waits for a slow reader. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Closable } from '../core/close.js';
import type { ModelInfo } from '../core/model-info.js';
import type { ActionwireMessage } from '../core/types.js';
import { Connection } from './connection.js';
import { resolveHubOptions, type HubOptions } from './hub-options.js';
import { MessageLog } from './message-log.js';
import { PROTOCOL, type Hello, type ModelSummary, type StreamMessage } from './protocol.js';
import { resume } from './resume.js';
import { serialise } from './serialise.js';
import { StreamBoard, type StreamDescription } from './stream-board.js';
import { refusalOf, refuse } from './upgrade.js';

/** How long subscribers may take to answer the goodbye of `close()`. */
const SHUTDOWN_GRACE_MS = 300;
/** So many subscribers above the limit are told so over their WebSocket; more are refused before it opens. */
const TURNED_AWAY_AT_ONCE = 16;

/** Figures since the hub was opened. */
export interface HubCounters {
  readonly clients: number;
  readonly slowDisconnects: number;
  readonly droppedScores: number;
}

/** Attached to an HTTP server that someone else opened and closes. */
export class Hub implements Closable {
  readonly #options: ReturnType<typeof resolveHubOptions>;
  readonly #board: StreamBoard;
  readonly #log: MessageLog;
  readonly #connections = new Set<Connection>();
  readonly #webSocketServer: WebSocketServer;
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void =>
    this.#upgrade(request, socket, head);
  #slowDisconnects = 0;
  #droppedScores = 0;
  #closed: Promise<void> | undefined;

  private constructor(options: HubOptions) {
    this.#options = resolveHubOptions(options);
    const { clock, historyLength, historyEvents, historyBytes, maxPayloadBytes, heartbeatMs, statsEveryMs, server } =
      this.#options;
    this.#board = new StreamBoard(historyLength, clock);
    this.#log = new MessageLog(historyEvents, historyBytes);
    this.#webSocketServer = new WebSocketServer({
      noServer: true,
      maxPayload: maxPayloadBytes,
      perMessageDeflate: false,
      clientTracking: false,
      handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
    });
    server.on('upgrade', this.#onUpgrade);
    this.#timers = [
      setInterval(() => this.#heartbeat(), heartbeatMs).unref(),
      setInterval(() => this.#tellStats(), statsEveryMs).unref(),
    ];
  }

  /** @throws ActionwireError OPTION_INVALID when a limit is out of range. */
  static open(options: HubOptions): Hub {
    return new Hub(options);
  }

  /** Numbers the message, remembers what late joiners need and sends it to all who want it. Does nothing after `close`. */
  publish(message: ActionwireMessage): void {
    if (this.#closed === undefined) this.#send(this.#board.apply(message));
  }

  /** Says which streams there are, and tells every subscriber. */
  setStreams(streams: readonly StreamDescription[]): void {
    this.#board.setStreams(streams);
    const bytes = serialise({ type: 'streams', streams: this.#board.snapshot().streams });
    for (const connection of this.#connections) connection.sendBytes(bytes, false);
  }

  /** Frames per second measured at the stream; told with the next figures. */
  setFrameRate(streamId: string, framesPerSecond: number): void {
    this.#board.setFrameRate(streamId, framesPerSecond);
  }

  /** The present state, as a new subscriber would be told it. */
  hello(): Hello {
    const { version, clock, epoch, model } = this.#options;
    return {
      type: 'hello',
      protocol: PROTOCOL,
      server: { name: 'actionwire', version },
      serverTimeMs: clock.now(),
      epoch,
      ...(model === undefined ? {} : { model: summaryOf(model) }),
      ...this.#board.snapshot(),
    };
  }

  get counters(): HubCounters {
    const pending = [...this.#connections].reduce((sum, { droppedScores }) => sum + droppedScores, 0);
    return {
      clients: this.#connections.size,
      slowDisconnects: this.#slowDisconnects,
      droppedScores: this.#droppedScores + pending,
    };
  }

  /** Sends 1001 to all, cuts off who has not answered within 300 ms, and frees everything. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  async #shutDown(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#options.server.off('upgrade', this.#onUpgrade);
    const connections = [...this.#connections];
    for (const connection of connections) connection.close(1001, 'server-closing', SHUTDOWN_GRACE_MS);
    await Promise.all(connections.map(({ closed }) => closed));
    this.#webSocketServer.close();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const isFlooded = this.#connections.size >= this.#options.maxClients + TURNED_AWAY_AT_ONCE;
    const refusal = isFlooded ? 'WS_TOO_MANY_CLIENTS' : refusalOf(request, this.#options);
    if (refusal !== undefined) refuse(socket, refusal);
    else this.#webSocketServer.handleUpgrade(request, socket, head, (webSocket) => this.#accept(webSocket));
  }

  #accept(webSocket: WebSocket): void {
    const isFull = this.#connections.size >= this.#options.maxClients;
    const connection = new Connection(webSocket, this.#options, this.#options.clock, {
      onClose: () => this.#forget(connection),
      onSlow: () => (this.#slowDisconnects += 1),
      onSubscribe: (request) => resume(connection, request, this.#log, this.#options.epoch),
      lastSeq: () => this.#log.seq,
    });
    this.#connections.add(connection);
    if (isFull) this.#turnAway(connection);
    else connection.send(this.hello());
  }

  #turnAway(connection: Connection): void {
    const message = `${this.#options.maxClients} subscribers are connected, which is the limit`;
    connection.send({ type: 'error', code: 'WS_TOO_MANY_CLIENTS', message });
    connection.close(1013, 'too-many-clients');
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection);
    this.#droppedScores += connection.droppedScores;
  }

  #send(message: StreamMessage): void {
    const receivers = [...this.#connections].filter((connection) => connection.wants(message));
    if (receivers.length === 0 && !('seq' in message)) return;
    const bytes = serialise(message);
    if ('seq' in message) this.#log.append({ seq: message.seq, message, bytes });
    for (const receiver of receivers) receiver.sendBytes(bytes, message.type === 'scores');
  }

  #heartbeat(): void {
    for (const connection of this.#connections) connection.heartbeat();
  }

  #tellStats(): void {
    for (const stats of this.#board.stats()) this.#send(stats);
  }
}

function summaryOf(model: ModelInfo): ModelSummary {
  const { name, labels, frameCount, fps, strideFrames, referencePoint, backgroundLabel } = model;
  const background = backgroundLabel === undefined ? {} : { backgroundLabel };
  const { inference, precision } = model;
  const mode = inference === undefined ? {} : { inference };
  const numbers = precision === undefined ? {} : { precision };
  return {
    name,
    labels: [...labels],
    ...background,
    frameCount,
    fps,
    strideFrames,
    referencePoint,
    ...mode,
    ...numbers,
  };
}
