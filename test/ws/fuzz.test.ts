/** Whatever a subscriber sends, the answer is an error with a code, and nobody else notices. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ActionwireError } from '../../src/core/errors.js';
import { parseClientMessage } from '../../src/ws/client-message.js';
import { actionMessage, serveHub, Subscriber, type Served } from './harness.js';

let served: Served;
beforeEach(async () => {
  served = await serveHub({ messageBurst: 1_000_000 });
});
afterEach(() => served.close());

const almost = fc.record(
  {
    type: fc.constantFrom('subscribe', 'ping', 'hello', 'Subscribe', '__proto__', '', null, 7),
    streams: fc.oneof(fc.anything(), fc.array(fc.string(), { maxLength: 400 })),
    scores: fc.anything(),
    types: fc.oneof(fc.anything(), fc.array(fc.constantFrom('scores', 'action.*', 'hello'))),
    id: fc.oneof(fc.string({ maxLength: 200 }), fc.integer()),
    extra: fc.anything(),
  },
  { requiredKeys: [] },
);
const hostile = fc.oneof(
  fc.string(),
  fc.json(),
  almost.map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '',
    '{',
    '[]',
    'null',
    '"ping"',
    '{"type":"ping"',
    '[[[['.repeat(500),
    '\u0000',
    '{"__proto__":{"type":"ping"}}',
  ),
);

test('malformed messages: 600 of them, each answered once, and the connection goes on', async () => {
  const subscriber = await Subscriber.open(served.url);
  const other = await Subscriber.open(served.url);
  for (const text of fc.sample(hostile, { numRuns: 600, seed: 1 })) subscriber.send(text);
  subscriber.send({ type: 'subscribe' });
  await subscriber.sync('after');
  const answers = subscriber.heard.filter(({ type }) => ['error', 'ack', 'pong'].includes(type));
  expect(answers).toHaveLength(602);
  expect(subscriber.of('error').length).toBeGreaterThan(500);
  expect(new Set(subscriber.of('error').map(({ code }) => code))).toEqual(new Set(['WS_MESSAGE_INVALID']));
  served.hub.publish(actionMessage());
  await Promise.all([subscriber.next('action.started'), other.next('action.started')]);
});

test('binary frames are not messages', async () => {
  const subscriber = await Subscriber.open(served.url);
  subscriber.send(Buffer.from('{"type":"ping"}'));
  expect((await subscriber.next('error')).code).toBe('WS_MESSAGE_INVALID');
});

describe('parseClientMessage', () => {
  test('throws nothing but WS_MESSAGE_INVALID', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        try {
          expect(['subscribe', 'ping']).toContain(parseClientMessage(text).type);
        } catch (error) {
          expect(error).toBeInstanceOf(ActionwireError);
          expect((error as ActionwireError).code).toBe('WS_MESSAGE_INVALID');
        }
      }),
      { numRuns: 2000, seed: 2 },
    );
  });

  test.each([
    ['{"type":"subscribe","stream":["a"]}', 'message: unknown field'],
    ['{"type":"subscribe","streams":[""]}', 'streams.0'],
    ['{"type":"jump"}', 'type'],
    ['{', 'message: not JSON'],
  ])('%s names the fault', (text, fault) => {
    expect(() => parseClientMessage(text)).toThrow(fault);
  });
});

test('a flood ends in 1008', async () => {
  const flooded = await serveHub({ messageBurst: 20, messagesPerSecond: 1 });
  try {
    const subscriber = await Subscriber.open(flooded.url);
    for (let i = 0; i < 3; i += 1) subscriber.send('nonsense');
    expect(await subscriber.closed).toEqual({ code: 1008, reason: 'too-many-messages' });
    expect(subscriber.of('error').map(({ code }) => code)).toEqual([
      'WS_MESSAGE_INVALID',
      'WS_MESSAGE_INVALID',
      'WS_TOO_MANY_MESSAGES',
    ]);
  } finally {
    await flooded.close();
  }
});
