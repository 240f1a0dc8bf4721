/** The messages that docs/protocol.md shows. */
import { readFileSync } from 'node:fs';

export const protocolPage = readFileSync('docs/protocol.md', 'utf8');

export function examples(side: 'server' | 'client'): { type: string }[] {
  const blocks = [...protocolPage.matchAll(/```json (\w+)\n([^]*?)```/g)].filter(([, kind]) => kind === side);
  return blocks.map(([, , json]) => JSON.parse(json!) as { type: string });
}
