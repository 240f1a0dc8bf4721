/** The client against a real hub: typed, resuming, and exactly once through connections that are cut. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { firstValueFrom, from, filter } from 'rxjs';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { connect, type Client, type ConnectOptions, type Told } from '../../src/client/index.js';
import { seededRandom } from '../../src/evaluate/seeded-random.js';
import { actionMessage, hubForEachTest } from '../ws/harness.js';
import { cuttingRelay } from './cutting-relay.js';

const open = hubForEachTest();
let client: Client | undefined;
afterEach(() => client?.close());

const start = (url: string, options: ConnectOptions = {}): Client =>
  (client = connect(url, { WebSocket, retryBaseMs: 1, retryMaxMs: 5, ...options }));

async function until(one: Client, state: Client['state']): Promise<void> {
  if (one.state === state) return;
  await new Promise<void>((resolve) => {
    const off = one.on('state', (now) => {
      if (now !== state) return;
      off();
      resolve();
    });
  });
}

test.each([1, 2, 3])('cut at random points (seed %i): every numbered message once and in order', async (seed) => {
  // Without history `hello` stays small, so that cuts fall everywhere.
  const { hub, url } = await open({ historyLength: 0 });
  const random = seededRandom(seed, 'cuts');
  const publish = (id: string): void => hub.publish(actionMessage({ type: 'action.ended', reason: 'score-fell', id }));
  const relay = await cuttingRelay(url, () => 300 + Math.floor(random() * 12_000));
  const heard: number[] = [];
  const gaps: Told[] = [];
  const one = start(relay.url, { since: { epoch: 'test', seq: 0 } });
  one.on('gap', (gap) => gaps.push(gap));
  const all = new Promise<void>((resolve) => {
    one.on('action.ended', ({ seq }) => {
      heard.push(seq);
      publish(`after-${seq}`);
      if (seq >= 400) resolve();
    });
  });
  for (let i = 0; i < 100; i += 1) publish(`before-${i}`);
  await all;
  await relay.close();
  expect(relay.cuts).toBeGreaterThan(5);
  expect(gaps).toEqual([]);
  expect(heard.slice(0, 400)).toEqual(Array.from({ length: 400 }, (_, i) => i + 1));
});

test('a restarted server, and a history that is too short, are told as gaps', async () => {
  const { hub, url } = await open({ historyEvents: 1 });
  for (const id of ['1', '2', '3']) hub.publish(actionMessage({ id }));
  const gap = async (since: ConnectOptions['since']): Promise<Told> => {
    const one = start(url, { since: since! });
    const told = await new Promise<Told>((resolve) => one.on('gap', resolve));
    one.close();
    return told;
  };
  expect(await gap({ epoch: 'test', seq: 0 })).toMatchObject({ reason: 'history', from: 1, to: 2 });
  expect(await gap({ epoch: 'before', seq: 9 })).toMatchObject({ reason: 'other-epoch', from: 1, to: 2 });
});

describe('ways to listen', () => {
  test('an async iterator, RxJS and a listener hear the same choice; close ends them', async () => {
    const { hub, url } = await open();
    const one = start(url, { labels: ['w*'] });
    const byRx = firstValueFrom(from(one).pipe(filter((message) => message.type === 'action.started')));
    const byLoop = (async () => {
      const heard: string[] = [];
      for await (const message of one) if ('label' in message) heard.push(message.label);
      return heard;
    })();
    await until(one, 'open');
    hub.publish(actionMessage({ label: 'run' }));
    hub.publish(actionMessage({ label: 'walk' }));
    expect(await byRx).toMatchObject({ label: 'walk', seq: 2 });
    expect(one.cursor).toEqual({ epoch: 'test', seq: 2 });
    one.close();
    expect(await byLoop).toEqual(['walk']);
    expect(one.state).toBe('closed');
  });

  test('a loop that is too slow fails with a code after all that fitted', async () => {
    const { hub, url } = await open();
    const one = start(url, { maxQueued: 2 });
    await until(one, 'open');
    const loop = one[Symbol.asyncIterator]();
    const last = new Promise((resolve) => one.on('action.started', ({ seq }) => seq === 3 && resolve(seq)));
    for (const id of ['1', '2', '3']) hub.publish(actionMessage({ id }));
    await last;
    expect([(await loop.next()).value, (await loop.next()).value]).toMatchObject([{ seq: 1 }, { seq: 2 }]);
    await expect(loop.next()).rejects.toMatchObject({ code: 'CLIENT_TOO_SLOW' });
  });

  test('a signal closes it; nothing keeps trying', async () => {
    const { url } = await open();
    const stop = new AbortController();
    const one = start(url, { signal: stop.signal });
    await until(one, 'open');
    stop.abort();
    expect(one.state).toBe('closed');
  });
});

test('a server that accepts and says nothing is given up and tried again', async () => {
  const server = createServer((socket) => socket.on('error', () => undefined).resume());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const one = start(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, { heartbeatMs: 20 });
  const again = once(server, 'connection');
  await until(one, 'waiting');
  await again;
  one.close();
  server.close();
});

test.each([
  ['ftp://host', {}, 'url must begin with'],
  ['nowhere', {}, 'url is not an address'],
  ['ws://host', { maxQueued: 0 }, 'maxQueued must be'],
])('%s %o is refused: %s', (url, options, message) => {
  expect(() => connect(url, { WebSocket, ...options })).toThrow(message);
});
