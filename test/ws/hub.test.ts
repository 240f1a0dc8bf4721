import { afterEach, describe, expect, test } from 'vitest';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Hub } from '../../src/ws/index.js';
import { WebSocket } from 'ws';

let server: Server;
let hub: Hub;
afterEach(async () => {
  await hub.close();
  server.close();
});
describe('hub', () => {
  test('says hello', async () => {
    server = createServer();
    await new Promise<void>((r) => server.listen(0, '127.0.0.1', () => r()));
    hub = Hub.open({ server });
    const ws = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`, 'actionwire.v1');
    const first = await new Promise<Buffer>((r) => ws.on('message', (d: Buffer) => r(d)));
    expect(JSON.parse(first.toString())).toMatchObject({ type: 'hello', seq: 0 });
  });
});
