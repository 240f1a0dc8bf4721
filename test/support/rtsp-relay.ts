/** Stands between a client and a real RTSP server on the loopback address and does to the RTP packets what a bad network does. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { interleaved, rtspReader } from './rtsp-messages.js';

/** What becomes of one RTP packet from the server: the packets to send on now, in this order. */
export type RtpFault = (packet: Buffer) => readonly Buffer[];

export interface RtspRelay {
  /** Where the client connects instead of the server. */
  readonly url: string;
  /** May be replaced at any time; in the beginning every packet goes through as it is. */
  fault: RtpFault;
  /** May be replaced at any time: what becomes of an answer of the server; its length must not change. */
  answer: (text: string) => string;
  /** How many connections clients have made so far. */
  readonly connections: number;
  close(): Promise<void>;
}

const loopback = '127.0.0.1';

/** @param serverUrl of the real server, without credentials */
export async function startRtspRelay(serverUrl: string): Promise<RtspRelay> {
  const { port: serverPort, pathname } = new URL(serverUrl);
  const open = new Set<{ destroy(): unknown }>();
  const server = createServer((client) => {
    relay.connections++;
    const upstream = connect(Number(serverPort), loopback);
    for (const part of [client, upstream]) open.add(part);
    join(client, upstream, relay, (pair) => open.add({ destroy: () => pair.close() }));
  });
  server.listen(0, loopback);
  await once(server, 'listening');
  const relay = {
    url: `rtsp://${loopback}:${(server.address() as AddressInfo).port}${pathname}`,
    fault: ((packet) => [packet]) as RtpFault,
    answer: (text: string) => text,
    connections: 0,
    close: async () => {
      for (const part of open) part.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return relay;
}

/** Joins one client to the server; when one side goes, so does the other. */
function join(client: Socket, upstream: Socket, relay: RtspRelay, opened: (pair: UdpPair) => void): void {
  let pair: UdpPair | undefined;
  const end = (): void => {
    client.destroy();
    upstream.destroy();
  };
  for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
  const toServer = async (text: string): Promise<void> => {
    const ports = portsIn(text, 'client_port');
    if (ports !== undefined) {
      pair = await UdpPair.bind(ports, relay);
      opened(pair);
    }
    upstream.write(pair === undefined ? text : withPorts(text, 'client_port', pair.ports), 'latin1');
  };
  const toClient = (text: string): void => {
    const ports = portsIn(text, 'server_port');
    if (ports !== undefined) pair!.server = ports;
    const told = pair === undefined ? text : withPorts(text, 'server_port', pair.ports);
    client.write(relay.answer(told), 'latin1');
  };
  client.on(
    'data',
    rtspReader({
      onText: (text) => void toServer(text),
      onPacket: (channel, packet) => upstream.write(interleaved(channel, packet)),
    }),
  );
  upstream.on(
    'data',
    rtspReader({
      onText: toClient,
      onPacket: (channel, packet) => {
        // The odd channels carry RTCP.
        const packets = channel % 2 === 0 ? relay.fault(packet) : [packet];
        for (const one of packets) client.write(interleaved(channel, one));
      },
    }),
  );
}

type Ports = readonly [number, number];

function portsIn(text: string, name: string): Ports | undefined {
  const [, rtp, rtcp] = new RegExp(`${name}=(\\d+)-(\\d+)`).exec(text) ?? [];
  return rtp === undefined ? undefined : [Number(rtp), Number(rtcp)];
}

function withPorts(text: string, name: string, ports: Ports): string {
  return text.replace(new RegExp(`${name}=\\d+-\\d+`), `${name}=${ports.join('-')}`);
}

/** Two neighbouring UDP ports that both sides take for the other one: the first for RTP, the second for RTCP. */
class UdpPair {
  server: Ports | undefined;

  private constructor(
    private readonly sockets: readonly [UdpSocket, UdpSocket],
    readonly ports: Ports,
    client: Ports,
    relay: RtspRelay,
  ) {
    sockets.forEach((socket, i) => {
      socket.on('message', (packet, { port }) => {
        const fromClient = port === client[i];
        const packets = fromClient || i === 1 ? [packet] : relay.fault(packet);
        const to = fromClient ? this.server?.[i] : client[i];
        for (const one of packets) if (to !== undefined) socket.send(one, to, loopback);
      });
    });
  }

  static async bind(client: Ports, relay: RtspRelay): Promise<UdpPair> {
    for (;;) {
      const first = await bound(0);
      const port = first.address().port;
      const second = port % 2 === 0 ? await bound(port + 1).catch(() => undefined) : undefined;
      if (second !== undefined) return new UdpPair([first, second], [port, port + 1], client, relay);
      first.close();
    }
  }

  close(): void {
    for (const socket of this.sockets) socket.close();
  }
}

async function bound(port: number): Promise<UdpSocket> {
  const socket = createSocket('udp4');
  socket.bind(port, loopback);
  await once(socket, 'listening');
  return socket;
}
