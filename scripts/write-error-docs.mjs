/** Writes docs/errors.md from the catalogue (needs a build): `npm run docs:errors`. A test keeps the two equal. */
import { writeFileSync } from 'node:fs';
import { errorCatalogue } from '../dist/core/error-catalogue.js';

const rows = Object.entries(errorCatalogue).map(
  ([code, { summary, hint }]) => `| \`${code}\` | ${summary} | ${hint} |`,
);
const page = `# Errors

Every failure a user can meet carries a stable code, a sentence and something to do about it. Codes are never renamed or
reused. The same codes appear on the terminal, in stream states and in WebSocket messages.

| code | meaning | what to do |
| --- | --- | --- |
${rows.join('\n')}
`;
writeFileSync(new URL('../docs/errors.md', import.meta.url), page);
