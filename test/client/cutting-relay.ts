/** A TCP relay on a free loopback port that cuts a connection after a given number of bytes from the server. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Relay {
  readonly url: string;
  /** Connections that were cut. */
  readonly cuts: number;
  close(): Promise<void>;
}

/** `budget` gives the bytes that the next connection may carry. */
export async function cuttingRelay(target: string, budget: () => number): Promise<Relay> {
  const sockets = new Set<Socket>();
  const { hostname, port, pathname } = new URL(target);
  let cuts = 0;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    let left = budget();
    const end = (): void => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    near.pipe(far);
    far.on('data', (bytes: Buffer) => {
      const carried = bytes.subarray(0, left);
      left -= carried.length;
      if (left > 0) near.write(carried);
      else {
        cuts += 1;
        near.write(carried, end);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    get cuts() {
      return cuts;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
