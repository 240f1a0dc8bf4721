/** The protocol for programs: JSON Schema of every message, and an AsyncAPI document of who sends what, both from the zod definitions. */
import { z } from 'zod';
import { clientMessage, PROTOCOL, serverMessage } from './protocol.js';

export type JsonObject = Record<string, unknown>;

type MessageType = z.infer<typeof serverMessage | typeof clientMessage>['type'];

/** One sentence on each message; docs/protocol.md has the whole story. */
const summaries: Readonly<Record<MessageType, string>> = {
  hello: 'The first message: all that a late joiner needs.',
  streams: 'The set of streams changed.',
  'stream.state': 'The state of a stream changed.',
  'stream.gap': 'The frames on both sides of this point never share a window.',
  'stream.labels': 'The labels of a stream were replaced.',
  'stream.stats': 'Running figures of a stream, about once a second.',
  'action.started': 'An action was recognised; its beginning lies in the past.',
  'action.updated': 'The action goes on.',
  'action.ended': 'The action has ended, and why.',
  scores: "One window's scores; on request only.",
  'window.dropped': 'A window was skipped because inference was busy with newer ones; on request only.',
  ack: 'Answers subscribe: what holds now.',
  gap: 'Comes after ack when not all that was missed can be told.',
  error: 'A message was refused, or the connection is about to be closed.',
  pong: 'Answers ping.',
  subscribe: 'Chooses streams, labels, scores and types, and resumes.',
  ping: 'Asks for a pong.',
};

type Dialect = 'draft-07' | 'draft-2020-12';

/**
 * A JSON Schema for each message by its type. Those of the server are open, as a reader is to ignore fields and error codes that it does
 * not know; those of a subscriber are closed, as the server refuses unknown fields.
 */
function messageSchemas(union: z.ZodType, dialect: Dialect): [MessageType, JsonObject][] {
  return leaves(union).map((message) => {
    const schema = z.toJSONSchema(message, { target: dialect, io: 'input', override: openErrorCodes });
    delete schema.$schema;
    const type = message.shape.type.value;
    return [type, { title: type, description: summaries[type], ...schema }];
  });
}

type Message = z.ZodObject<{ type: z.ZodLiteral<MessageType> }>;

/** The members of a union, also of unions inside it. */
function leaves(schema: z.ZodType): Message[] {
  if (schema instanceof z.ZodDiscriminatedUnion) return schema.options.flatMap((option) => leaves(option as z.ZodType));
  return [schema as Message];
}

/** Codes are added from version to version; what is promised is their form. */
function openErrorCodes({
  zodSchema,
  jsonSchema,
  path,
}: {
  zodSchema: unknown;
  jsonSchema: JsonObject;
  path: unknown[];
}): void {
  if (!(zodSchema instanceof z.ZodEnum) || path.at(-1) !== 'code') return;
  delete jsonSchema['enum'];
  jsonSchema['pattern'] = '^[A-Z][A-Z0-9_]+$';
}

/** JSON Schema 2020-12: valid is any message of either side; `$defs` has each by its type, and the two sides. */
export function protocolSchema(): JsonObject {
  const [server, client] = [serverMessage, clientMessage].map((side) => messageSchemas(side, 'draft-2020-12'));
  const oneOf = (side: [string, unknown][] = []): JsonObject => ({ oneOf: side.map(([type]) => ref('$defs', type)) });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:actionwire:${PROTOCOL}`,
    title: `Messages of the WebSocket sub-protocol ${PROTOCOL}`,
    oneOf: [ref('$defs', 'ServerMessage'), ref('$defs', 'ClientMessage')],
    $defs: {
      ServerMessage: oneOf(server),
      ClientMessage: oneOf(client),
      ...Object.fromEntries([...(server ?? []), ...(client ?? [])]),
    },
  };
}

/** AsyncAPI 3.0.0, seen from the server: it sends to subscribers and receives from them. */
export function asyncApiDocument(packageVersion: string): JsonObject {
  const sent = messageSchemas(serverMessage, 'draft-07');
  const received = messageSchemas(clientMessage, 'draft-07');
  const all = [...sent, ...received];
  const operation = (action: string, summary: string, messages: [string, unknown][]): JsonObject => ({
    action,
    summary,
    channel: ref('channels', 'events'),
    messages: messages.map(([type]) => ref('channels', 'events', 'messages', type)),
  });
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Actionwire events',
      version: packageVersion,
      description: `Action events of live video streams over WebSockets, sub-protocol ${PROTOCOL}.`,
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    servers: {
      local: {
        host: '127.0.0.1:8787',
        protocol: 'ws',
        description: 'Where the program listens unless told otherwise.',
      },
    },
    channels: {
      events: {
        address: '/ws',
        description: `One JSON object a text frame. Offer the sub-protocol ${PROTOCOL}, or none.`,
        messages: Object.fromEntries(all.map(([type]) => [type, ref('components', 'messages', type)])),
        bindings: { ws: { method: 'GET' } },
      },
    },
    operations: {
      tell: operation('send', 'What subscribers are told.', sent),
      choose: operation('receive', 'What subscribers ask for.', received),
    },
    components: {
      messages: Object.fromEntries(
        all.map(([type, { title, description, ...payload }]) => [
          type,
          { name: type, title, summary: description, payload },
        ]),
      ),
    },
  };
}

function ref(...path: string[]): JsonObject {
  return { $ref: ['#', ...path].join('/') };
}
