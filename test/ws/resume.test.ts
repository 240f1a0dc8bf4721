/** A subscriber that comes back hears exactly what it missed, or a gap that names what is lost. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MessageLog } from '../../src/ws/message-log.js';
import type { ClientMessage, ServerMessage, StreamMessage } from '../../src/ws/protocol.js';
import { resume } from '../../src/ws/resume.js';
import { serialise } from '../../src/ws/serialise.js';
import { subscriptionOf, wants } from '../../src/ws/subscription.js';
import { toMessage } from '../../src/ws/to-message.js';
import { actionMessage, hubForEachTest, Subscriber } from './harness.js';

const open = hubForEachTest();

type Request = Extract<ClientMessage, { type: 'subscribe' }>;

const request = fc.record(
  {
    type: fc.constant('subscribe' as const),
    streams: fc.subarray(['a', 'b*', '*']),
    labels: fc.subarray(['walk*', 'wave', '*ing']),
    minScore: fc.double({ min: 0, max: 1, noNaN: true }),
    types: fc.subarray(['action.started', 'action.updated', 'action.ended'] as const).map((types) => [...types]),
    epoch: fc.constantFrom('now', 'before'),
    sinceSeq: fc.nat(70),
  },
  { requiredKeys: ['type', 'sinceSeq'] },
) as fc.Arbitrary<Request & { sinceSeq: number }>;

const happenings = fc.array(
  fc.record({
    streamId: fc.constantFrom('a', 'b', 'b2'),
    label: fc.constantFrom('walk', 'walking', 'wave'),
    peak: fc.double({ min: 0, max: 1, noNaN: true }),
    type: fc.constantFrom('action.started' as const, 'action.updated' as const, 'action.ended' as const),
  }),
  { maxLength: 60 },
);

/** Everything the subscriber is sent, parsed again. */
function answersTo(asked: Request, log: MessageLog): ServerMessage[] {
  const heard: ServerMessage[] = [];
  const sendBytes = (bytes: Buffer): unknown => heard.push(JSON.parse(bytes.toString()) as ServerMessage);
  resume({ subscription: subscriptionOf(asked), send: (message) => heard.push(message), sendBytes }, asked, log, 'now');
  return heard;
}

test('any disconnect, subscription and bound: the matching messages after the cursor, or a gap that names the rest', () => {
  fc.assert(
    fc.property(happenings, request, fc.nat(70), fc.integer({ min: 0, max: 20_000 }), (said, asked, events, bytes) => {
      const log = new MessageLog(events, bytes);
      const all = said.map((fields, i) => toMessage(actionMessage(fields), () => i + 1, 0));
      all.forEach((message, i) => log.append({ seq: i + 1, message, bytes: serialise(message) }));
      const [ack, ...rest] = answersTo(asked, log);
      const isOther = asked.epoch === 'before' || asked.sinceSeq > all.length;
      const since = isOther ? 0 : asked.sinceSeq;
      expect(ack).toMatchObject({ type: 'ack', epoch: 'now', seq: since });
      const gap = rest[0]?.type === 'gap' ? rest[0] : undefined;
      expect(gap?.reason).toBe(isOther ? 'other-epoch' : gap && 'history');
      if (gap) expect(gap.from).toBe(since + 1);
      const covered = Math.max(since, gap?.to ?? 0);
      const kept = all.slice(covered);
      expect(gap ? rest.slice(1) : rest).toEqual(kept.filter((message) => wants(subscriptionOf(asked), message)));
      expect(kept.length).toBeLessThanOrEqual(Math.max(events, 0));
      expect(size(kept)).toBeLessThanOrEqual(bytes);
      // Nothing is called lost that the bounds allow to keep.
      if (covered > since) {
        const one = all.slice(covered - 1);
        expect(one.length > events || size(one) > bytes).toBe(true);
      }
    }),
    { numRuns: 500, seed: 1 },
  );
});

const size = (messages: readonly StreamMessage[]): number =>
  messages.reduce((sum, message) => sum + serialise(message).length, 0);

describe('over the WebSocket', () => {
  test('a disconnect loses and repeats nothing', async () => {
    const { hub, url } = await open();
    const before = await Subscriber.open(url);
    hub.publish(actionMessage({ id: 'cam-1' }));
    const cursor = (await before.next('action.started')).seq;
    before.socket.terminate();
    await before.closed;
    for (const id of ['cam-2', 'cam-3']) hub.publish(actionMessage({ id }));
    const after = await Subscriber.open(url);
    after.send({ type: 'subscribe', sinceSeq: cursor, epoch: 'test' });
    await after.next('ack');
    hub.publish(actionMessage({ id: 'cam-4' }));
    expect(await after.sync('x')).toMatchObject({ seq: 4 });
    expect(after.of('gap')).toEqual([]);
    expect(after.of('action.started').map(({ seq }) => seq)).toEqual([2, 3, 4]);
  });

  test('without a cursor nothing of the past is told; labels and minScore choose actions', async () => {
    const { hub, url } = await open();
    hub.publish(actionMessage({ id: 'old' }));
    const subscriber = await Subscriber.open(url);
    subscriber.send({ type: 'subscribe', labels: ['w*k'], minScore: 0.5 });
    expect(await subscriber.next('ack')).toMatchObject({ epoch: 'test', seq: 1, labels: ['w*k'], minScore: 0.5 });
    hub.publish(actionMessage({ id: 'low', peak: 0.4 }));
    hub.publish(actionMessage({ id: 'other', label: 'wave' }));
    hub.publish(actionMessage({ id: 'told' }));
    await subscriber.sync('x');
    expect(subscriber.of('action.started').map(({ id }) => id)).toEqual(['told']);
  });

  test('a history of 0 answers a cursor with a gap', async () => {
    const { hub, url } = await open({ historyEvents: 0 });
    hub.publish(actionMessage());
    const subscriber = await Subscriber.open(url);
    subscriber.send({ type: 'subscribe', sinceSeq: 0 });
    expect(await subscriber.next('gap')).toEqual({ type: 'gap', epoch: 'test', reason: 'history', from: 1, to: 1 });
  });
});
