/** Writes docs/protocol/ from the message definitions (needs a build): `npm run docs:protocol`. A test keeps the two equal. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { version } from '../dist/core/version.js';
import { asyncApiDocument, protocolSchema } from '../dist/ws/protocol-schema.js';

const folder = new URL('../docs/protocol/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, document] of Object.entries({
  'schema.json': protocolSchema(),
  'asyncapi.json': asyncApiDocument(version),
})) {
  writeFileSync(new URL(name, folder), `${JSON.stringify(document, null, 2)}\n`);
}
