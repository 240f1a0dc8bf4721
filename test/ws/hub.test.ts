import { describe, expect, test } from 'vitest';
import type { ModelInfo } from '../../src/core/model-info.js';
import { Hub, type ServerMessage } from '../../src/ws/index.js';
import { actionMessage, hubForEachTest, scoresMessage, stateMessage, Subscriber } from './harness.js';

const open = hubForEachTest();

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

  test('a history of length 0 keeps nothing', async () => {
    const { hub } = await open({ historyLength: 0 });
    for (const id of ['cam-1', 'cam-2']) hub.publish(actionMessage({ id, type: 'action.ended', reason: 'score-fell' }));
    expect(hub.hello().history).toEqual([]);
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
    const told = subscriber.heard.filter((message) => 'seq' in message && !['hello', 'pong'].includes(message.type));
    expect(told.map(({ type }) => type)).toEqual(['stream.state', 'action.started', 'stream.gap', 'action.ended']);
    expect(told.map((message) => ('seq' in message ? message.seq : 0))).toEqual([1, 2, 3, 4]);
    expect(subscriber.of('scores')).toEqual([]);
    expect(subscriber.of('window.dropped')).toEqual([]);
  });

  test('subscribe chooses streams and types, and replaces the choice before', async () => {
    const { hub, url } = await open();
    const subscriber = await Subscriber.open(url);
    subscriber.send({ type: 'subscribe', streams: ['b'], scores: true });
    expect(await subscriber.next('ack')).toMatchObject({ streams: ['b'] });
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

test('every kind of message was heard and fits the schema', async () => {
  const { hub, url } = await open({ statsEveryMs: 20 });
  const subscriber = await Subscriber.open(url);
  subscriber.send({ type: 'subscribe', scores: true, types: ['window.dropped', ...defaultTypes] });
  await subscriber.next('ack');
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
    'ack',
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
