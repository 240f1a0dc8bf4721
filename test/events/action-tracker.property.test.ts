/** Whatever the scores are, what comes out is well formed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ActionEvent, Scores } from '../../src/core/types.js';
import { ActionTracker, resolveActionOptions, type ActionOptions } from '../../src/events/index.js';

const labels = ['idle', 'walk', 'wave', 'sit'];
const clock = { now: () => 0 };

/** A walk through score space with runs, so that actions do happen, and gaps now and then. */
const step = fc.record({
  winner: fc.integer({ min: 0, max: labels.length - 1 }),
  height: fc.double({ min: 0.2, max: 1, noNaN: true }),
  windows: fc.integer({ min: 1, max: 12 }),
  strideMs: fc.integer({ min: 1, max: 700 }),
  gapAfter: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
  /** As a softmax gives them, or each label for itself, so that several are high at once. */
  softmax: fc.boolean(),
  noise: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
});
/** Constant, so that reference times never go back. */
const SPAN_MS = 2000;
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const options = fc.record({
  enter: fc.double({ min: 0.3, max: 0.9, noNaN: true }),
  exit: fc.double({ min: 0, max: 0.3, noNaN: true }),
  smoothingMs: fc.integer({ min: 0, max: 1500 }),
  minDurationMs: fc.integer({ min: 0, max: 1500 }),
  gapToleranceMs: fc.integer({ min: 0, max: 1500 }),
  updateEveryMs: fc.integer({ min: 0, max: 1500 }),
  exclusive: fc.boolean(),
  referencePoint: fc.double({ min: 0, max: 1, noNaN: true }),
});

function play(steps: readonly Step[], chosen: Partial<ActionOptions>): ActionEvent[] {
  const tracker = new ActionTracker(resolveActionOptions({ backgroundLabels: ['idle'], ...chosen }), clock);
  const events: ActionEvent[] = [];
  let atMs = 0;
  let windowIndex = 0;
  for (const part of steps) {
    for (let i = 0; i < part.windows; i += 1, atMs += part.strideMs, windowIndex += 1) {
      events.push(...tracker.push(windowOf(part, atMs, windowIndex)).events);
    }
    if (part.gapAfter) {
      events.push(...tracker.interrupt('stream-lost'));
      atMs += 10_000;
    }
  }
  return [...events, ...tracker.interrupt('stream-ended')];
}

function windowOf(part: Step, firstPtsMs: number, windowIndex: number): Scores {
  const sum = part.noise.reduce((a, b) => a + b, 1e-9);
  const values = part.noise.map((n, i) =>
    part.softmax ? (1 - part.height) * (n / sum) + (i === part.winner ? part.height : 0) : n,
  );
  const timing = { capturedAtMs: firstPtsMs + SPAN_MS, queueMs: 0, inferenceMs: 0 };
  return {
    streamId: 'cam',
    windowIndex,
    firstPtsMs,
    lastPtsMs: firstPtsMs + SPAN_MS,
    labels,
    values: Float32Array.from(values),
    timing,
  };
}

function lives(events: readonly ActionEvent[]): ActionEvent[][] {
  return groupBy(events, ({ id }) => id);
}

function groupBy(events: readonly ActionEvent[], keyOf: (event: ActionEvent) => string): ActionEvent[][] {
  return [...new Set(events.map(keyOf))].map((key) => events.filter((event) => keyOf(event) === key));
}

function forAny(check: (events: ActionEvent[], chosen: ActionOptions) => void): void {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), options, (steps, chosen) =>
      check(play(steps, chosen), resolveActionOptions(chosen)),
    ),
    { numRuns: 400, seed: 7 },
  );
}

describe('any scores', () => {
  test('do make actions of every kind, so that the properties below are about something', () => {
    const seen = new Set<string>();
    forAny((events) => events.forEach(({ type, reason }) => seen.add(`${type} ${reason ?? ''}`)));
    for (const reason of ['score-fell', 'replaced', 'stream-lost', 'stream-ended']) {
      expect(seen).toContain(`action.ended ${reason}`);
    }
    expect(seen).toContain('action.updated ');
  });

  test('each action starts once, first, and ends once, last', () => {
    forAny((events) => {
      for (const life of lives(events)) {
        const types = life.map(({ type }) => type);
        expect(types.filter((type) => type === 'action.started')).toHaveLength(1);
        expect(types.filter((type) => type === 'action.ended')).toHaveLength(1);
        expect([types[0], types.at(-1)]).toEqual(['action.started', 'action.ended']);
      }
    });
  });

  test('times never run backwards and the beginning never changes', () => {
    forAny((events) => {
      for (const event of events) expect(event.fromMs).toBeLessThanOrEqual(event.toMs);
      for (const life of lives(events)) expect(new Set(life.map(({ fromMs }) => fromMs)).size).toBe(1);
    });
  });

  test('an announced action lasts its minimum duration', () => {
    forAny((events, { minDurationMs }) => {
      for (const { type, fromMs, toMs } of events) {
        if (type !== 'action.updated') expect(toMs - fromMs).toBeGreaterThanOrEqual(minDurationMs - 1);
      }
    });
  });

  test('actions do not overlap: none at all when exclusive, none of the same label otherwise', () => {
    forAny((events, { exclusive }) => {
      const ended = events.filter(({ type }) => type === 'action.ended').sort((a, b) => a.fromMs - b.fromMs);
      const groups = exclusive ? [ended] : groupBy(ended, ({ label }) => label);
      for (const group of groups) {
        group.slice(1).forEach((next, i) => expect(next.fromMs).toBeGreaterThanOrEqual(group[i]!.toMs));
      }
    });
  });

  test('exclusive: one action ends before the next is announced', () => {
    forAny((events, { exclusive }) => {
      if (!exclusive) return;
      let open = 0;
      for (const { type } of events) {
        open += type === 'action.started' ? 1 : type === 'action.ended' ? -1 : 0;
        expect(open).toBeLessThanOrEqual(1);
      }
    });
  });

  test('the background never makes an event and scores stay within 0..1', () => {
    forAny((events) => {
      for (const { label, score, peak, top } of events) {
        expect(label).not.toBe('idle');
        for (const value of [score, peak, ...top.map((best) => best.score)]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
        expect(score).toBeLessThanOrEqual(peak);
      }
    });
  });

  test('the same scores give the same bytes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 15 }), options, (steps, chosen) => {
        expect(JSON.stringify(play(steps, chosen))).toBe(JSON.stringify(play(steps, chosen)));
      }),
      { numRuns: 100, seed: 11 },
    );
  });
});
