/** Which differences between two logs are told, and as what. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareEvents, comparisonReport, type Tolerances } from '../../src/replay/index.js';
import { action, log } from './logs.js';

const kinds = (
  expected: ReturnType<typeof log>,
  actual: ReturnType<typeof log>,
  tolerances: Partial<Tolerances> = {},
): string[] => compareEvents(expected, actual, tolerances).differences.map(({ kind }) => kind);

describe('actions', () => {
  it('are the same within the overlap, whatever their ids', () => {
    const comparison = compareEvents(log([action('waving', 1, 3)]), log([action('waving', 1.5, 3.2)]));
    expect(comparison).toMatchObject({ equal: true, actions: { expected: 1, actual: 1, same: 1 }, differences: [] });
  });

  it('are shifted below it, missing and extra when they do not touch', () => {
    expect(kinds(log([action('waving', 1, 3)]), log([action('waving', 2.5, 5)]))).toEqual(['shifted']);
    expect(kinds(log([action('waving', 1, 3)]), log([action('waving', 7, 9)]))).toEqual(['missing', 'extra']);
  });

  it('are relabelled where another label is at the same place', () => {
    expect(kinds(log([action('waving', 1, 3)]), log([action('hopping', 1.1, 3)]))).toEqual(['relabelled']);
    expect(kinds(log([action('waving', 1, 3)]), log([action('hopping', 2.9, 6)]))).toEqual(['missing', 'extra']);
  });

  it('are never paired across streams', () => {
    const other = log([action('waving', 1, 3, { streamId: 'yard' })]);
    expect(compareEvents(log([action('waving', 1, 3)]), other).differences).toMatchObject([
      { kind: 'missing', streamId: 'cam' },
      { kind: 'extra', streamId: 'yard' },
    ]);
  });

  it('are held to times when times are given, which then decide alone', () => {
    const [a, b] = [log([action('waving', 1, 3)]), log([action('waving', 1.4, 3.1)])];
    expect(kinds(a, b, { timeMs: 400 })).toEqual([]);
    expect(kinds(a, b, { timeMs: 399 })).toEqual(['shifted']);
    const [short, later] = [log([action('waving', 1, 1.2)]), log([action('waving', 1.5, 1.7)])];
    expect(kinds(short, later, { timeMs: 500 })).toEqual([]);
    expect(kinds(short, later, { timeMs: 500, minIou: 0.5 })).toEqual(['missing', 'extra']);
  });

  it('are held to the peak only when that is asked for', () => {
    const [a, b] = [log([action('waving', 1, 3)]), log([action('waving', 1, 3, { peak: 0.7 })])];
    expect(kinds(a, b)).toEqual([]);
    expect(kinds(a, b, { score: 0.2 })).toEqual([]);
    expect(kinds(a, b, { score: 0.19 })).toEqual(['rescored']);
  });

  it('are paired so that as many as possible are the same', () => {
    // Nearest first would give the second expected action the first found one, and leave two over.
    const expected = log([action('waving', 0, 1), action('waving', 1, 2)]);
    const found = log([action('waving', 0.9, 1.9), action('waving', 1.9, 2.9)]);
    expect(kinds(expected, found, { timeMs: 950 })).toEqual([]);
  });

  it('of equal, even empty, intervals overlap fully', () => {
    expect(kinds(log([action('waving', 1, 1)]), log([action('waving', 1, 1)]), { minIou: 1 })).toEqual([]);
  });
});

describe('breaks of a stream', () => {
  const gap = { streamId: 'cam', reason: 'reconnect', atPtsMs: 4000 } as const;
  const lost = { streamId: 'cam', status: 'lost', atMs: 4000, attempt: 1, code: 'SOURCE_ENDED' } as const;
  const live = { streamId: 'cam', status: 'live', atMs: 0, attempt: 1 } as const;

  it('are compared in kind and order; other states are not', () => {
    const broken = log([], { gaps: [gap], states: [live, lost] });
    expect(kinds(broken, log([], { gaps: [{ ...gap, atPtsMs: 9 }], states: [lost] }))).toEqual([]);
    expect(compareEvents(broken, log([], { states: [live] })).differences).toEqual([
      { kind: 'breaks', streamId: 'cam', expected: ['gap reconnect', 'lost SOURCE_ENDED'], actual: [] },
    ]);
  });
});

const actions = fc.array(
  fc.record({
    from: fc.integer({ min: 0, max: 60 }),
    length: fc.integer({ min: 0, max: 9 }),
    label: fc.constantFrom('a', 'b'),
  }),
  { maxLength: 12 },
);

it('counts every action once, and finds any log equal to itself', () => {
  fc.assert(
    fc.property(actions, actions, fc.double({ min: 0, max: 1, noNaN: true }), (one, two, minIou) => {
      const [a, b] = [one, two].map((list) =>
        log(list.map(({ from, length, label }) => action(label, from, from + length))),
      );
      const { actions: counts, differences } = compareEvents(a!, b!, { minIou });
      const only = (kind: string): number => differences.filter((difference) => difference.kind === kind).length;
      const paired = counts.same + only('shifted') + only('relabelled');
      expect(paired + only('missing')).toBe(one.length);
      expect(paired + only('extra')).toBe(two.length);
      expect(compareEvents(a!, a!, { minIou: 1, timeMs: 0, score: 0 }).equal).toBe(true);
    }),
    { numRuns: 200 },
  );
});

it('pairs thousands of actions whose chains of displacement are long', () => {
  const many = Array.from({ length: 3000 }, (_, at) => action('waving', at, at + 1));
  const shifted = many.map((told) => ({ ...told, fromMs: told.fromMs + 600, toMs: told.toMs + 600 }));
  expect(compareEvents(log(many), log(shifted), { timeMs: 600 })).toMatchObject({ equal: true });
});

it.each([{ minIou: 1.1 }, { minIou: Number.NaN }, { timeMs: -1 }, { score: 2 }])('refuses %o', (tolerances) => {
  expect(() => compareEvents(log([]), log([]), tolerances)).toThrow(RangeError);
});

describe('the report', () => {
  it('says in a line each what is different', () => {
    const expected = log([
      action('waving', 1, 3),
      action('walking', 4, 6),
      action('hopping', 7, 8),
      action('sitting', 9, 10),
    ]);
    const found = log([action('waving', 1, 3), action('walking', 5.5, 8), action('sitting', 9, 10, { peak: 0.5 })], {
      gaps: [{ streamId: 'cam', reason: 'missing-frames', atPtsMs: 0 }],
    });
    expect(comparisonReport(compareEvents(expected, found, { minIou: 0.5, score: 0.1 }))).toBe(
      [
        '4 differences: 1 of 4 actions as expected (3 found); IoU >= 0.5, peak within 0.1',
        'stream cam',
        '  shifted    walking 4.00..6.00 s -> 5.50..8.00 s (IoU 0.13, begins +1.50 s, ends +2.00 s)',
        '  missing    hopping 7.00..8.00 s',
        '  rescored   sitting 9.00..10.00 s: peak 0.900 -> 0.500',
        '  breaks     no breaks -> gap missing-frames',
        '',
      ].join('\n'),
    );
  });

  it('is one line when all is equal', () => {
    expect(comparisonReport(compareEvents(log([]), log([]), { timeMs: 100 }))).toBe(
      'equal: 0 of 0 actions as expected; IoU >= 0, ends within 100 ms\n',
    );
  });
});
