import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Timeline } from '../../src/stream/timeline.js';

describe('Timeline', () => {
  it('starts a live source at zero and a recording where it starts', () => {
    expect(new Timeline(8, false).place(123_456)).toBe(0);
    expect(new Timeline(8, true).place(40)).toBe(40);
  });

  it('goes on one tick later when a recording starts again', () => {
    const timeline = new Timeline(8, true);
    expect([0, 125, 250].map((t) => timeline.place(t))).toEqual([0, 125, 250]);
    expect([0, 125].map((t) => timeline.place(t))).toEqual([375, 500]);
  });

  it('leaves out the time of a lost connection', () => {
    const timeline = new Timeline(8, false);
    timeline.place(1000);
    timeline.place(1125);
    timeline.break(3000);
    expect(timeline.place(77)).toBe(125 + 3000);
    expect(timeline.nowMs).toBe(3125);
  });

  it('keeps a jump forward', () => {
    const timeline = new Timeline(8, true);
    timeline.place(0);
    expect(timeline.place(60_000)).toBe(60_000);
  });

  it('never goes back, whatever comes', () => {
    const step = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant('break' as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), fc.boolean(), (steps, keepStart) => {
        const timeline = new Timeline(8, keepStart);
        let last = -Infinity;
        for (const next of steps) {
          if (next === 'break') {
            timeline.break(50);
            continue;
          }
          const placed = timeline.place(next);
          expect(placed).toBeGreaterThan(last);
          last = placed;
        }
      }),
    );
  });
});
