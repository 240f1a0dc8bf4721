/** A subscriber for bench/soak.mjs that keeps what can be judged: states, gaps, actions, drops, latencies, and the passes over the clip. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

/** Sequence numbers are remembered up to here, so that memory of the bench stays bounded. */
const maxHoles = 20;

export class Watch {
  /** @type {Map<string, StreamRecord>} */
  streams = new Map();
  holes = [];
  #seq;
  #socket;

  static async open(url, cameras) {
    const socket = new WebSocket(url, 'actionwire.v1');
    const watch = new Watch(socket, cameras);
    await once(socket, 'open');
    socket.send(
      JSON.stringify({
        type: 'subscribe',
        types: [
          'stream.state',
          'stream.gap',
          'stream.labels',
          'action.started',
          'action.updated',
          'action.ended',
        ].concat(['scores', 'window.dropped']),
      }),
    );
    return watch;
  }

  /** Use `open`. */
  constructor(socket, cameras) {
    this.#socket = socket;
    for (const { name, shows } of cameras) this.streams.set(name, new StreamRecord(shows));
    socket.on('message', (data) => this.#take(JSON.parse(String(data))));
  }

  get all() {
    return [...this.streams.values()];
  }

  get closed() {
    return this.#socket.readyState === WebSocket.CLOSED ? Promise.resolve() : once(this.#socket, 'close');
  }

  #take(message) {
    if (message.type === 'hello') this.#seq = message.seq;
    if (message.seq !== undefined && message.type !== 'hello') {
      if (message.seq !== this.#seq + 1 && this.holes.length < maxHoles) this.holes.push([this.#seq, message.seq]);
      this.#seq = message.seq;
    }
    this.streams.get(message.streamId)?.take(message, Date.now());
  }
}

class StreamRecord {
  windows = 0;
  dropped = 0;
  /** @type {{atMs: number, ms: number}[]} */
  latencies = [];
  /** @type {{atMs: number, status: string, code?: string}[]} */
  states = [];
  /** @type {{atMs: number, reason: string}[]} */
  gaps = [];
  /** Ended actions. @type {{label: string, fromMs: number, toMs: number}[]} */
  actions = [];
  /** Actions that were still open when their pictures broke off, though they should have ended before. @type {string[]} */
  unended = [];
  /** Unbroken stretches of media time that begin where the clip begins. @type {{fromMs: number, toMs: number}[]} */
  passes = [];
  /** Whether the frame after the last break is the first one of the clip. */
  #atStart = true;
  #pass;
  #open = new Set();

  constructor(shows) {
    this.shows = shows;
  }

  get status() {
    return this.states.at(-1)?.status;
  }

  take(message, nowMs) {
    switch (message.type) {
      case 'scores':
        this.windows++;
        this.latencies.push({ atMs: nowMs, ms: nowMs - message.capturedAtMs });
        this.#goOn(message);
        break;
      case 'window.dropped':
        this.dropped++;
        break;
      case 'stream.state':
        this.states.push({ atMs: nowMs, status: message.status, code: message.code });
        if (message.status !== 'live' && message.status !== 'connecting') this.#breakOff(false);
        break;
      case 'stream.gap':
        this.gaps.push({ atMs: nowMs, reason: message.reason });
        this.unended.push(...this.#open);
        // A new connection begins the clip; so does the next round of a recording.
        this.#breakOff(
          message.reason === 'reconnect' || (this.shows === 'clip' && message.reason === 'timestamp-jump'),
        );
        break;
      case 'action.started':
        this.#open.add(message.id);
        break;
      case 'action.ended':
        this.#open.delete(message.id);
        this.actions.push({ label: message.label, fromMs: message.fromMs, toMs: message.toMs });
        break;
    }
  }

  #goOn({ firstPtsMs, lastPtsMs }) {
    if (this.#pass === undefined) {
      this.#pass = { fromMs: firstPtsMs, toMs: lastPtsMs };
      if (this.#atStart && this.shows !== 'pattern') this.passes.push(this.#pass);
    }
    this.#pass.toMs = lastPtsMs;
  }

  #breakOff(atStart) {
    this.#pass = undefined;
    this.#atStart = atStart;
  }
}
