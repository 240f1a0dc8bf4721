import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { ModelInfo } from '../../src/core/model-info.js';
import { Hub, type HubOptions, type ServerMessage } from '../../src/ws/index.js';
import { actionMessage, scoresMessage, serveHub, stateMessage, Subscriber, type Served } from './harness.js';

let served: Served | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

async function open(options: Partial<HubOptions> = {}): Promise<Served> {
  return (served = await serveHub(options));
}

const ended = { type: 'action.ended', reason: 'score-fell', toMs: 4000 } as const;

describe('hello', () => {
  test('carries what a late joiner needs: streams, states, actions in progress, the last ended ones', async () => {
    const model = {
      name: 'mini',
      frameCount: 32,
      fps: 16,
      strideFrames: 8,
      referencePoint: 0.5,
      labels: ['walk', 'idle'],
    };
    const { hub, url } = await open({
      version: '1.2.3',
      model: { ...model, backgroundLabel: 'idle' } as unknown as ModelInfo,
    });
    hub.setStreams([{ streamId: 'cam', source: 'rtsp://***@host/1' }]);
    hub.publish(stateMessage());
    hub.publish(actionMessage({ id: 'cam-1' }));
    hub.publish(actionMessage({ id: 'cam-1', ...ended }));
    hub.publish(actionMessage({ id: 'cam-2', label: 'wave' }));
    const hello = await (await Subscriber.open(url)).next('hello');
    expect(hello).toMatchObject({
      protocol: 'actionwire.v1',
      server: { name: 'actionwire', version: '1.2.3' },
      epoch: 'test',
      seq: 4,
      model: { ...model, backgroundLabel: 'idle' },
      streams: [{ streamId: 'cam', source: 'rtsp://***@host/1', state: { status: 'live' } }],
      actions: [{ id: 'cam-2', label: 'wave' }],
      history: [{ id: 'cam-1', reason: 'score-fell' }],
    });
    expect(hello.model).not.toHaveProperty('preparation');
  });

  test('the history is bounded and keeps the newest', async () => {
    const { hub } = await open({ historyLength: 3 });
    for (let i = 1; i <= 10; i += 1) hub.publish(actionMessage({ id: `cam-${i}`, ...ended }));
    expect(hub.hello().history.map(({ id }) => id)).toEqual(['cam-8', 'cam-9', 'cam-10']);
  });

  test('streams taken away take their actions with them', async () => {
    const { hub, url } = await open();
    const subscriber = await Subscriber.open(url);
    hub.publish(actionMessage());
    hub.setStreams([{ streamId: 'other', source: 'file:x' }]);
    expect((await subscriber.next('streams')).streams.map(({ streamId }) => streamId)).toEqual(['other']);
    expect(hub.hello().actions).toEqual([]);
  });
});

describe('delivery', () => {
  test('everything in order, numbered without holes; scores only when asked for', async () => {
    const { hub, url } = await open();
    const subscriber = await Subscriber.open(url);
    hub.publish(stateMessage());
    hub.publish(scoresMessage());
    hub.publish(actionMessage());
    hub.publish({ kind: 'dropped', streamId: 'cam', windowIndex: 6 });
    hub.publish({ kind: 'gap', streamId: 'cam', reason: 'missing-frames', atPtsMs: 2100 });
    hub.publish(actionMessage({ ...ended }));
    await subscriber.sync('a');
    const told = subscriber.heard.filter((message) => 'seq' in message && message.type !== 'hello');
    expect(told.map(({ type }) => type)).toEqual(['stream.state', 'action.started', 'stream.gap', 'action.ended']);
    expect(told.map((message) => ('seq' in message ? message.seq : 0))).toEqual([1, 2, 3, 4]);
    expect(subscriber.of('scores')).toEqual([]);
    expect(subscriber.of('window.dropped')).toEqual([]);
  });

  test('subscribe chooses streams and types, and replaces the choice before', async () => {
    const { hub, url } = await open();
    const subscriber = await Subscriber.open(url);
    subscriber.send({ type: 'subscribe', streams: ['b'], scores: true });
    expect(await subscriber.next('subscribed')).toMatchObject({ streams: ['b'] });
    hub.publish(actionMessage({ streamId: 'a', id: 'a-1' }));
    hub.publish(scoresMessage('a'));
    hub.publish(scoresMessage('b'));
    await subscriber.sync('1');
    expect(subscriber.of('action.started')).toEqual([]);
    expect(subscriber.of('scores').map(({ streamId }) => streamId)).toEqual(['b']);

    subscriber.send({ type: 'subscribe', types: ['window.dropped'] });
    await subscriber.sync('2');
    hub.publish(actionMessage());
    hub.publish({ kind: 'dropped', streamId: 'a', windowIndex: 9 });
    await subscriber.sync('3');
    expect(subscriber.of('action.started')).toEqual([]);
    expect(await subscriber.next('window.dropped')).toMatchObject({ windowIndex: 9, droppedWindows: 1 });
  });

  test('figures are told regularly', async () => {
    const { hub, url } = await open({ statsEveryMs: 20 });
    const subscriber = await Subscriber.open(url);
    hub.setFrameRate('cam', 15.96);
    hub.publish(scoresMessage());
    hub.publish({ kind: 'dropped', streamId: 'cam', windowIndex: 6 });
    await subscriber.until(() => subscriber.of('stream.stats').at(-1)?.droppedWindows === 1);
    expect(subscriber.of('stream.stats').at(-1)).toMatchObject({ streamId: 'cam', framesPerSecond: 16 });
    expect(subscriber.of('stream.stats').at(-1)!.latencyP50Ms).toBeGreaterThanOrEqual(40);
  });

  test('one subscriber of many vanishing disturbs nobody', async () => {
    const { hub, url } = await open();
    const [stays, goes] = [await Subscriber.open(url), await Subscriber.open(url)];
    goes.socket.terminate();
    hub.publish(actionMessage());
    expect((await stays.next('action.started')).id).toBe('cam-1');
    await stays.sync('x');
    expect(hub.counters.clients).toBe(1);
  });
});

describe('slow subscribers', () => {
  const big = (i: number): ReturnType<typeof actionMessage> =>
    actionMessage({ id: `cam-${i}`, label: 'x'.repeat(20_000) });

  test('lose scores first, keep the actions, and are told how many scores', async () => {
    const { hub, url } = await open({ scoresBufferBytes: 1000, maxBufferBytes: 2 ** 30 });
    const slow = await Subscriber.open(url);
    slow.send({ type: 'subscribe', scores: true });
    await slow.next('subscribed');
    slow.socket.pause();
    for (let i = 0; i < 600; i += 1) {
      hub.publish(big(i));
      hub.publish(scoresMessage());
    }
    const dropped = hub.counters.droppedScores;
    expect(dropped).toBeGreaterThan(0);
    slow.socket.resume();
    const pong = await slow.sync('x');
    expect(pong.droppedScores).toBe(dropped);
    expect(slow.of('scores')).toHaveLength(600 - dropped);
    expect(slow.of('action.started')).toHaveLength(600);
  });

  test('are disconnected when even that is not enough, without slowing others or holding memory', async () => {
    const { hub, url } = await open({ maxBufferBytes: 200_000, closeGraceMs: 50 });
    const slow = await Subscriber.open(url);
    const quick = await Subscriber.open(url);
    slow.socket.pause();
    let sent = 0;
    while (hub.counters.slowDisconnects === 0) {
      for (let i = 0; i < 8; i += 1) hub.publish(big((sent += 1)));
      await quick.sync(`${sent}`);
    }
    await vi.waitFor(() => expect(hub.counters.clients).toBe(1));
    expect(quick.of('action.started')).toHaveLength(sent);
    expect(quick.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('that come back in time hear why: 1013 slow-consumer', async () => {
    const { hub, url } = await open({ maxBufferBytes: 200_000, closeGraceMs: 20_000 });
    const slow = await Subscriber.open(url);
    slow.socket.pause();
    for (let i = 0; hub.counters.slowDisconnects === 0; i += 1) hub.publish(big(i));
    slow.socket.resume();
    expect(await slow.closed).toEqual({ code: 1013, reason: 'slow-consumer' });
    expect(slow.heard.at(-1)).toMatchObject({ type: 'error', code: 'WS_SLOW_CONSUMER' });
  });
});

/** The HTTP status of a refused upgrade, or undefined when the WebSocket opened. */
async function outcomeOf(url: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  const socket = new WebSocket(url, { headers });
  const refused = new Promise<number | undefined>((resolve) => {
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode));
  });
  const opened = new Promise<undefined>((resolve) => socket.on('open', () => resolve(undefined)));
  const outcome = await Promise.race([refused, opened]);
  if (outcome !== undefined) socket.on('error', () => undefined).terminate();
  return outcome;
}

/** Upgrades by hand and then answers nothing, not even a close frame. */
async function upgradeDeaf(url: string): Promise<number | undefined> {
  const key = { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version': '13' };
  const headers = { Connection: 'Upgrade', Upgrade: 'websocket', ...key };
  const asked = request(url.replace('ws:', 'http:'), { headers }).end();
  return new Promise((resolve, reject) => {
    asked.on('response', ({ statusCode }) => resolve(statusCode));
    asked.on('upgrade', ({ statusCode }, socket) => {
      socket.on('error', () => undefined);
      resolve(statusCode);
    });
    asked.on('error', reject);
  });
}

describe('limits and goodbyes', () => {
  test('one subscriber too many is told so', async () => {
    const { url, hub } = await open({ maxClients: 1 });
    const first = await Subscriber.open(url);
    const second = await Subscriber.open(url);
    expect(second.heard).toMatchObject([{ type: 'error', code: 'WS_TOO_MANY_CLIENTS' }]);
    expect(await second.closed).toEqual({ code: 1013, reason: 'too-many-clients' });
    first.socket.close();
    await first.closed;
    expect((await Subscriber.open(url)).heard[0]?.type).toBe('hello');
    expect(hub.counters.clients).toBe(1);
  });

  test('a crowd beyond the limit is refused before it becomes a crowd of WebSockets', async () => {
    const { url, hub } = await open({ maxClients: 1, closeGraceMs: 20_000 });
    const statuses: (number | undefined)[] = [];
    for (let i = 0; i < 20; i += 1) statuses.push(await upgradeDeaf(url));
    expect(statuses).toEqual([...Array<number>(17).fill(101), 503, 503, 503]);
    expect(hub.counters.clients).toBe(17);
  });

  test('a message larger than allowed ends the connection with 1009', async () => {
    const { url } = await open({ maxPayloadBytes: 100 });
    const subscriber = await Subscriber.open(url);
    subscriber.send('x'.repeat(101));
    expect((await subscriber.closed).code).toBe(1009);
  });

  test('a peer that answers no ping is cut off', async () => {
    const { hub, url } = await open({ heartbeatMs: 30 });
    const dead = await Subscriber.open(url, { autoPong: false });
    const alive = await Subscriber.open(url);
    expect((await dead.closed).code).toBe(1006);
    await alive.sync('still here');
    expect(hub.counters.clients).toBe(1);
  });

  test('close says 1001 to all, frees everything within 500 ms even from a peer that does not answer, and is idempotent', async () => {
    const { hub, url, server } = await open();
    const [polite, deaf] = [await Subscriber.open(url), await Subscriber.open(url)];
    deaf.socket.pause();
    const begun = performance.now();
    const closing = hub.close();
    expect(hub.close()).toBe(closing);
    await closing;
    expect(performance.now() - begun).toBeLessThan(500);
    expect(await polite.closed).toEqual({ code: 1001, reason: 'server-closing' });
    expect(hub.counters.clients).toBe(0);
    expect(server.listenerCount('upgrade')).toBe(0);
    hub.publish(actionMessage());
    deaf.socket.terminate();
  });

  test('a limit out of range is refused at construction', async () => {
    const { server } = await open();
    const wrong = (): Hub => Hub.open({ server, maxClients: 0 });
    expect(wrong).toThrow('maxClients must be a whole number from 1');
  });
});

describe('who may connect', () => {
  test.each([
    ['a program, without origin', {}, undefined],
    ['the page of this server', { Origin: 'http://HOST', Host: 'HOST' }, undefined],
    ['another site', { Origin: 'https://evil.example' }, 403],
    ['another port of this machine', { Origin: 'http://127.0.0.1:1' }, 403],
    ['a site that rebinds its name', { Origin: 'http://evil.example', Host: 'evil.example' }, 403],
    ['an opaque origin', { Origin: 'null' }, 403],
    ['an allowed site', { Origin: 'https://wall.example' }, undefined],
  ])('%s', async (_, headers, status) => {
    const { url } = await open({ allowedOrigins: ['https://wall.example'] });
    const filled = Object.entries(headers).map(([name, value]) => [name, value.replace('HOST', new URL(url).host)]);
    expect(await outcomeOf(url, Object.fromEntries(filled) as Record<string, string>)).toBe(status);
  });

  test('another path is not found', async () => {
    const { url } = await open();
    expect(await outcomeOf(`${url}/other`, {})).toBe(404);
    expect(await outcomeOf(`${url}?token=x`, {})).toBeUndefined();
  });

  test('an upgrade that is no WebSocket is refused and leaves no socket behind', async () => {
    const { url, hub } = await open();
    const upgrade = request(url.replace('ws:', 'http:'), { headers: { Connection: 'Upgrade', Upgrade: 'smoke' } });
    upgrade.end();
    const [response] = (await once(upgrade, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(400);
    expect(hub.counters.clients).toBe(0);
  });

  test('the sub-protocol is agreed on', async () => {
    const { url } = await open();
    expect((await Subscriber.open(url)).socket.protocol).toBe('actionwire.v1');
    const unknown = new WebSocket(url, 'actionwire.v9');
    const [error] = (await once(unknown, 'error')) as [Error];
    expect(error.message).toContain('subprotocol');
  });
});

test('every kind of message was heard and fits the schema', async () => {
  const { hub, url } = await open({ statsEveryMs: 20 });
  const subscriber = await Subscriber.open(url);
  subscriber.send({ type: 'subscribe', scores: true, types: ['window.dropped', ...defaultTypes] });
  await subscriber.next('subscribed');
  hub.setStreams([{ streamId: 'cam', source: 'x' }]);
  for (const message of [stateMessage(), scoresMessage(), actionMessage()]) hub.publish(message);
  hub.publish(actionMessage({ type: 'action.updated' }));
  hub.publish(actionMessage({ ...ended }));
  hub.publish({ kind: 'gap', streamId: 'cam', reason: 'reconnect', atPtsMs: 1 });
  hub.publish({ kind: 'dropped', streamId: 'cam', windowIndex: 1 });
  subscriber.send('nonsense');
  await subscriber.sync('x');
  await subscriber.next('stream.stats');
  const all: ServerMessage['type'][] = [
    'hello',
    'streams',
    'subscribed',
    'error',
    'pong',
    'scores',
    'window.dropped',
    ...defaultTypes,
  ];
  expect(new Set(subscriber.heard.map(({ type }) => type))).toEqual(new Set(all));
});

const defaultTypes = [
  'stream.state',
  'stream.gap',
  'stream.stats',
  'action.started',
  'action.updated',
  'action.ended',
] as const;
