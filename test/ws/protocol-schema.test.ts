/** The protocol's JSON Schema and AsyncAPI document: valid themselves, up to date, and of one mind with the code. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { version } from '../../src/core/version.js';
import { clientMessage, serverMessage } from '../../src/ws/index.js';
import { asyncApiDocument, protocolSchema } from '../../src/ws/protocol-schema.js';
import { examples } from './support/protocol-examples.js';

const load = (path: string): object => JSON.parse(readFileSync(path, 'utf8')) as object;
const ajv = new Ajv2020({ strict: true, allErrors: true });
ajv.addSchema(protocolSchema(), 'protocol');
const says = (definition: string, message: unknown): boolean =>
  ajv.getSchema(`protocol#/$defs/${definition}`)!(message) === true;

describe('the documents', () => {
  it('are what `npm run docs:protocol` writes', () => {
    expect(load('docs/protocol/schema.json')).toEqual(protocolSchema());
    expect(load('docs/protocol/asyncapi.json')).toEqual(asyncApiDocument(version));
  });

  it('obey the JSON Schema of AsyncAPI 3.0.0, which does not accept anything', () => {
    const official = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0.json') as object;
    const lenient = new Ajv({ strict: false, allErrors: true, meta: false, logger: false });
    (addFormats as unknown as (instance: Ajv) => void)(lenient);
    const validate = lenient.compile(official);
    const document = asyncApiDocument(version);
    expect(validate(document), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
    expect(validate({ ...document, operations: { tell: { action: 'shout' } } })).toBe(false);
  });

  it('name nothing that is not there', () => {
    for (const document of [protocolSchema(), asyncApiDocument(version)]) {
      const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!.split('/'));
      expect(refs.length).toBeGreaterThan(17);
      for (const path of refs) {
        const found = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
        expect(found, path.join('/')).toBeDefined();
      }
    }
  });
});

describe.each([
  ['ServerMessage', serverMessage, examples('server')],
  ['ClientMessage', clientMessage, examples('client')],
] as const)('%s', (definition, schema, messages) => {
  it('accepts every example of the page, under its own type and no other', () => {
    for (const message of messages) {
      expect(says(definition, message), message.type).toBe(true);
      expect(says(message.type, message)).toBe(true);
      expect(says(message.type === 'hello' ? 'pong' : 'hello', message)).toBe(false);
    }
  });

  it('accepts what the code accepts, and nothing else', () => {
    const broken = fc.constantFrom(...messages).chain((message) => damaged(message));
    fc.assert(
      fc.property(broken, (message) => says(definition, message) === schema.safeParse(message).success),
      { numRuns: 1000, seed: 1 },
    );
  });
});

it('a reader may meet fields and error codes that are not known yet; the server refuses unknown fields', () => {
  expect(says('pong', { type: 'pong', serverTimeMs: 1, seq: 0, droppedScores: 0, later: true })).toBe(true);
  expect(says('error', { type: 'error', code: 'SOMETHING_NEW', message: 'x' })).toBe(true);
  expect(says('error', { type: 'error', code: 'not a code', message: 'x' })).toBe(false);
  expect(says('ClientMessage', { type: 'ping', idd: '1' })).toBe(false);
});

/** The message with one of its fields gone or replaced. */
function damaged(message: object): fc.Arbitrary<object> {
  const value = fc.oneof(
    fc.constant(undefined),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.string(), { maxLength: 3 }),
    fc.constant({}),
  );
  // The code's type of an error's code is the list of today's.
  const keys = Object.keys(message).filter((key) => key !== 'code');
  return fc.record({ key: fc.constantFrom(...keys), value }).map(({ key, value: next }) => {
    const others = Object.entries(message).filter(([name]) => name !== key);
    return Object.fromEntries(next === undefined ? others : [...others, [key, next]]);
  });
}
