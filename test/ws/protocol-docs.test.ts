/** docs/protocol.md stays true: its examples parse, lose nothing in parsing, and leave out no message. */
import { describe, expect, test } from 'vitest';
import { clientMessage, defaultHubLimits, serverMessage } from '../../src/ws/index.js';
import { examples, protocolPage as docs } from './support/protocol-examples.js';

describe.each([
  ['server', serverMessage],
  ['client', clientMessage],
] as const)('examples from the %s', (side, schema) => {
  test.each(examples(side).map((example) => [example.type, example] as const))('%s', (_, example) => {
    expect(schema.parse(example)).toEqual(example);
  });
});

test('every type of message is mentioned', () => {
  const types = [...serverTypes(), 'subscribe', 'ping'];
  expect(types.length).toBeGreaterThan(12);
  for (const type of types) expect(docs).toContain(type);
});

test('the limits are the ones of the code', () => {
  const {
    maxClients,
    maxPayloadBytes,
    messageBurst,
    messagesPerSecond,
    scoresBufferBytes,
    maxBufferBytes,
    heartbeatMs,
    historyEvents,
    historyBytes,
  } = defaultHubLimits;
  for (const words of [
    `| subscribers | ${maxClients} |`,
    `| size of a message from a subscriber | ${maxPayloadBytes / 1024} KiB |`,
    `| ${messageBurst} at once, ${messagesPerSecond} a second;`,
    `| bytes waiting for a subscriber | ${scoresBufferBytes / 1024} KiB |`,
    `| | ${maxBufferBytes / 1024 ** 2} MiB |`,
    `| kept for who comes back | ${historyEvents} messages, ${historyBytes / 1024} KiB |`,
    `| no answer to a ping | ${heartbeatMs / 1000} s |`,
  ]) {
    expect(docs).toContain(words);
  }
});

/** The discriminator values of the schema, also of unions inside it, as its own complaint lists them. */
function serverTypes(): string[] {
  const complaint = serverMessage.safeParse({ type: 'no such type' }).error?.issues[0];
  return (complaint as { options?: string[] } | undefined)?.options ?? [];
}
