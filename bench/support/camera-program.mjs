/** One running `actionwire run` with several live streams, and a subscriber that notes what becomes of every window. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { addressFrom } from './address-from.mjs';
import { processTree } from './processes.mjs';

export class CameraProgram {
  /** What was heard of each stream since `reset`. @type {Map<string, {latencies: number[], dropped: number, started: number}>} */
  #heard = new Map();
  #program;
  #socket;

  /** @param {readonly string[]} names of the streams @param {string} clip @param {readonly string[]} options of `run` */
  static async open(names, clip, options) {
    const sources = names.map((name) => `${name}=${clip}`);
    const args = ['dist/cli.js', 'run', ...sources, '--loop', '--port', '0', ...options];
    const program = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const socket = new WebSocket(await addressFrom(program.stdout), 'actionwire.v1');
      await once(socket, 'open');
      return new CameraProgram(program, socket, names);
    } catch (error) {
      program.kill('SIGKILL');
      throw error;
    }
  }

  /** Use `open`. */
  constructor(program, socket, names) {
    this.#program = program;
    this.#socket = socket;
    this.names = names;
    this.reset();
    socket.on('message', (data) => this.#hear(JSON.parse(String(data))));
    socket.send(JSON.stringify({ type: 'subscribe', types: ['scores', 'window.dropped', 'action.started'] }));
  }

  /** Forgets what was heard so far, but for the actions: they are counted from the start. */
  reset() {
    for (const name of this.names) {
      this.#heard.set(name, { latencies: [], dropped: 0, started: this.#heard.get(name)?.started ?? 0 });
    }
  }

  /** Resolves when every stream has had a window scored. */
  async allScored(timeoutMs) {
    const deadline = Date.now() + timeoutMs;
    while (
      this.#program.exitCode === null &&
      [...this.#heard.values()].some(({ latencies }) => latencies.length === 0)
    ) {
      if (Date.now() > deadline) throw new Error(`not every stream was scored within ${timeoutMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    if (this.#program.exitCode !== null) throw new Error('the program ended');
  }

  get heard() {
    return this.#heard;
  }

  /** CPU seconds and resident bytes of main program, inference and decoders. */
  usage() {
    const parts = { main: zero(), inference: zero(), decoders: zero() };
    for (const { command, cpuSeconds, rssBytes } of processTree(this.#program.pid)) {
      const part = /infer\/worker/.test(command) ? 'inference' : /stream\/child/.test(command) ? 'decoders' : 'main';
      parts[part].cpuSeconds += cpuSeconds;
      parts[part].rssBytes += rssBytes;
    }
    return parts;
  }

  async close() {
    this.#socket.terminate();
    if (this.#program.exitCode !== null) return;
    this.#program.kill('SIGTERM');
    await once(this.#program, 'exit');
  }

  #hear(message) {
    const heard = this.#heard.get(message.streamId);
    if (heard === undefined) return;
    if (message.type === 'scores') heard.latencies.push(Date.now() - message.capturedAtMs);
    if (message.type === 'window.dropped') heard.dropped += 1;
    if (message.type === 'action.started') heard.started += 1;
  }
}

const zero = () => ({ cpuSeconds: 0, rssBytes: 0 });
