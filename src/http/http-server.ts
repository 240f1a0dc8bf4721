/** Listens for browsers: opens the port, says clearly why it cannot, and closes everything it opened. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Closable } from '../core/close.js';
import { ActionwireError } from '../core/errors.js';
import { routes, type RouteOptions } from './routes.js';

export interface HttpServerOptions extends Omit<RouteOptions, 'html'> {
  /** Address to listen on; the default is this machine only. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Replaces the built-in page. */
  readonly html?: string;
}

export class HttpServer implements Closable {
  #closed: Promise<void> | undefined;

  private constructor(
    /** For the hub, which answers the upgrades to WebSocket. */
    readonly server: Server,
    private readonly host: string,
  ) {}

  /** @throws ActionwireError HTTP_PORT_IN_USE, HTTP_LISTEN_FAILED, OPTION_INVALID (port outside 0..65535). */
  static async open({ host = '127.0.0.1', port, html, ...rest }: HttpServerOptions): Promise<HttpServer> {
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      throw new ActionwireError('OPTION_INVALID', `port must be a whole number from 0 to 65535, not ${port}`);
    }
    const app = routes({ ...rest, html: html ?? (await readPage()) });
    const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 });
    const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
    server.on('request', (request, response) => void answer(request, response));
    await listen(server, host, port);
    return new HttpServer(server, host);
  }

  get address(): AddressInfo {
    return this.server.address() as AddressInfo;
  }

  /** Where a browser on this machine finds the page. */
  get url(): string {
    const everywhere = ['0.0.0.0', '::', ''].includes(this.host);
    const name = everywhere ? 'localhost' : this.host.includes(':') ? `[${this.host}]` : this.host;
    return `http://${name}:${this.address.port}/`;
  }

  /** Stops listening and ends every connection, also idle ones. WebSockets belong to the hub. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
    return this.#closed;
  }
}

function readPage(): Promise<string> {
  return readFile(new URL('./page.html', import.meta.url), 'utf8');
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen({ host, port }, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): ActionwireError {
  if (cause.code === 'EADDRINUSE') {
    return new ActionwireError('HTTP_PORT_IN_USE', `Port ${port} on ${host} is already in use`, { cause });
  }
  return new ActionwireError(
    'HTTP_LISTEN_FAILED',
    `Cannot listen on ${host}:${port} (${cause.code ?? cause.message})`,
    {
      cause,
    },
  );
}
