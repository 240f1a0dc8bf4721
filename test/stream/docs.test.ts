/** docs/sources.md must say what the code does. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { StreamStatus } from '../../src/core/types.js';
import { failureCode, failureKinds } from '../../src/stream/failure.js';
import { canMove } from '../../src/stream/stream-state.js';

const page = readFileSync('docs/sources.md', 'utf8');

/** The cells of the table below a heading. */
function table(heading: string): string[][] {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(1).map((row) => row.split('|').map((cell) => cell.trim()));
}

const quoted = (cell: string | undefined): string[] => [...(cell ?? '').matchAll(/`([a-z]+)`/g)].map((m) => m[1]!);

it('lists every failure with its code', () => {
  const documented = table('Failures').map(([, kind, code]) => [kind, code]);
  expect(documented).toEqual(failureKinds.map((kind) => [kind, `\`${failureCode(kind)}\``]));
});

it('lists every allowed move between states and no other', () => {
  const documented = table('States').flatMap(([, from, to]) =>
    quoted(from).flatMap((a) => quoted(to).map((b) => `${a}>${b}`)),
  );
  const statuses: StreamStatus[] = ['connecting', 'live', 'stalled', 'lost', 'ended', 'failed'];
  const allowed = statuses.flatMap((a) => statuses.filter((b) => canMove(a, b)).map((b) => `${a}>${b}`));
  expect(documented.toSorted()).toEqual(allowed.toSorted());
});
