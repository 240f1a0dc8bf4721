/** Stands between a client and a server on the loopback address, so that connections can be cut, refused or answered instead. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export class TcpRelay {
  #server = createServer((client) => this.#take(client));
  #sockets = new Set();
  /** What is answered to the first request of a connection instead of passing it on. @type {string | undefined} */
  #answer;

  /** @param {number} target port */
  static async open(target) {
    const relay = new TcpRelay(target);
    await relay.listen();
    return relay;
  }

  /** Use `open`. */
  constructor(target) {
    this.target = target;
    this.port = 0;
  }

  /** Accepts connections, on the same port as before. */
  async listen() {
    this.#answer = undefined;
    if (this.#server.listening) return;
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = this.#server.address().port;
  }

  /** From now on new connections get this answer and are closed. */
  answerOnly(/** @type {string} */ text) {
    this.#answer = text;
  }

  /** Nobody listens any more; connections go on. */
  async refuse() {
    this.#server.close();
    this.#server = createServer((client) => this.#take(client));
  }

  cut() {
    for (const socket of this.#sockets) socket.destroy();
  }

  close() {
    this.cut();
    this.#server.close();
  }

  #take(client) {
    this.#keep(client);
    if (this.#answer !== undefined) {
      const text = this.#answer;
      client.once('data', () => client.end(text));
      return;
    }
    const server = this.#keep(connect(this.target, '127.0.0.1'));
    client.pipe(server).pipe(client);
    client.once('close', () => server.destroy());
    server.once('close', () => client.destroy());
  }

  #keep(socket) {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // A connection that breaks is what this is for.
    return socket.on('error', () => undefined);
  }
}
