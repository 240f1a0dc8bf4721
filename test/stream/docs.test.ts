/** docs/sources.md must say what the code does. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { failureCode, failureKinds } from '../../src/stream/failure.js';
import { streamMoves } from '../../src/stream/stream-state.js';

const page = readFileSync('docs/sources.md', 'utf8');

/** The cells of the table below a heading. */
function table(heading: string): string[][] {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(1).map((row) => row.split('|').map((cell) => cell.trim()));
}

it('lists every failure with its code', () => {
  const documented = table('Failures').map(([, kind, code]) => [kind, code]);
  expect(documented).toEqual(failureKinds.map((kind) => [kind, `\`${failureCode(kind)}\``]));
});

it('repeats the table of moves between states word for word', () => {
  const quoted = (status: string): string => `\`${status}\``;
  const moves = streamMoves.map(({ from, to, when }) => [
    from.length === 0 ? '(start)' : from.map(quoted).join(', '),
    quoted(to),
    when,
  ]);
  expect(table('States').map(([, from, to, when]) => [from, to, when])).toEqual(moves);
});
