import { describe, expect, it } from 'vitest';
import type { StreamStatus } from '../../src/core/types.js';
import { canMove, isFinal, StatusMachine } from '../../src/stream/stream-state.js';

const statuses: StreamStatus[] = ['connecting', 'live', 'stalled', 'lost', 'ended', 'failed'];

describe('stream status', () => {
  it('moves by the table in docs/sources.md', () => {
    const table = Object.fromEntries(statuses.map((from) => [from, statuses.filter((to) => canMove(from, to))]));
    expect(table).toEqual({
      connecting: ['live', 'lost', 'ended', 'failed'],
      live: ['stalled', 'lost', 'ended', 'failed'],
      stalled: ['live', 'lost', 'ended', 'failed'],
      lost: ['connecting'],
      ended: [],
      failed: [],
    });
  });

  it('is final when nothing may follow', () => {
    expect(statuses.filter(isFinal)).toEqual(['ended', 'failed']);
  });

  it('refuses a move that is not in the table and keeps its status', () => {
    const machine = new StatusMachine();
    machine.move('connecting');
    expect(() => machine.move('stalled')).toThrow('cannot move from connecting to stalled');
    expect(machine.status).toBe('connecting');
  });

  it('begins by connecting', () => {
    const from = statuses.filter((status) => canMove(undefined, status));
    expect(from).toEqual(['connecting']);
    expect(() => new StatusMachine().move('live')).toThrow('from nothing to live');
  });
});
