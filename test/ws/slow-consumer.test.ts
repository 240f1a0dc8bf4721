import { describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { actionMessage, hubForEachTest, scoresMessage, Subscriber } from './harness.js';

const open = hubForEachTest();

describe('slow subscribers', () => {
  const big = (i: number): ReturnType<typeof actionMessage> =>
    actionMessage({ id: `cam-${i}`, label: 'x'.repeat(20_000) });

  test('lose scores first, keep the actions, and are told how many scores', async () => {
    const { hub, url } = await open({ scoresBufferBytes: 1000, maxBufferBytes: 2 ** 30 });
    const slow = await Subscriber.open(url);
    slow.send({ type: 'subscribe', scores: true });
    await slow.next('ack');
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
    slow.socket.close();
    await slow.closed;
    await vi.waitFor(() => expect(hub.counters).toMatchObject({ clients: 0, droppedScores: dropped }));
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
