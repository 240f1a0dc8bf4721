import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { canMove, type LabelState } from '../../src/events/label-state.js';
import { LabelTrack } from '../../src/events/label-track.js';

const states: LabelState[] = ['idle', 'rising', 'active', 'falling'];

test('docs/events.md shows the same moves', () => {
  const docs = readFileSync('docs/events.md', 'utf8');
  const documented = [...docs.matchAll(/^\| `(\w+)` +\| `(\w+)` +\|/gm)].map(([, from, to]) => `${from} ${to}`);
  const allowed = states.flatMap((from) => states.filter((to) => canMove(from, to)).map((to) => `${from} ${to}`));
  expect(documented.sort()).toEqual(allowed.sort());
});

test('a move outside the table is a fault of the program', () => {
  const track = new LabelTrack('walk', { enter: 0.5, exit: 0.4, minDurationMs: 0, gapToleranceMs: 0 });
  expect(() => track.move('active')).toThrow('cannot go from idle to active');
});
