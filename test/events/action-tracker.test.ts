import { describe, expect, test } from 'vitest';
import type { LabelSet } from '../../src/core/label-set.js';
import type { ActionEvent, Scores } from '../../src/core/types.js';
import { ActionTracker, resolveActionOptions, type ActionOptions } from '../../src/events/index.js';
import { repeat, scoreSeries } from './score-series.js';

const clock = { now: () => 10_000 };
const quiet = { idle: 0.9, walk: 0.05, wave: 0.05 };
const walking = { idle: 0.1, walk: 0.8, wave: 0.1 };
const waving = { idle: 0.1, walk: 0.1, wave: 0.8 };

function run(series: readonly Scores[], options: Partial<ActionOptions> = {}): ActionEvent[] {
  const tracker = new ActionTracker(resolveActionOptions({ backgroundLabels: ['idle'], ...options }), clock);
  return [...series.flatMap((scores) => tracker.push(scores).events), ...tracker.interrupt('stream-ended')];
}

function briefly({ type, label, fromMs, toMs, reason }: ActionEvent): unknown[] {
  return [type, label, fromMs, toMs, ...(reason === undefined ? [] : [reason])];
}

describe('the life of an action', () => {
  test('starts where the raw score rose, is updated, and ends where the raw score fell', () => {
    // Reference points are 1000, 1200, ...: walk rises between 1800 and 2000, and falls between 4800 and 5000.
    const series = scoreSeries([...repeat(5, quiet), ...repeat(15, walking), ...repeat(15, quiet)]);
    const events = run(series);
    // 0.05 -> 0.8 meets enter 0.5 at 60 % of the stride, 0.8 -> 0.05 meets exit 0.35 at 60 %.
    expect(events.map(briefly)).toEqual([
      ['action.started', 'walk', 1920, 2600],
      ['action.updated', 'walk', 1920, 3600],
      ['action.updated', 'walk', 1920, 4600],
      ['action.ended', 'walk', 1920, 4920, 'score-fell'],
    ]);
    expect(new Set(events.map(({ id }) => id))).toEqual(new Set(['cam-1']));
  });

  test('smoothing delays the announcement but not the times told', () => {
    const series = scoreSeries([...repeat(5, quiet), ...repeat(30, walking), ...repeat(30, quiet)]);
    const [slow, fast] = [run(series, { smoothingMs: 1500 }), run(series, { smoothingMs: 0 })];
    expect(slow[0]?.capturedAtMs).toBeGreaterThan(fast[0]!.capturedAtMs);
    expect(slow.at(-1)).toMatchObject({ fromMs: fast.at(-1)!.fromMs, toMs: fast.at(-1)!.toMs });
  });

  test('an action shorter than the minimum duration is never announced', () => {
    const blip = scoreSeries([...repeat(5, quiet), ...repeat(3, walking), ...repeat(10, quiet)]);
    expect(run(blip, { minDurationMs: 800, smoothingMs: 0 })).toEqual([]);
    expect(run(blip, { minDurationMs: 300, smoothingMs: 0 })).toHaveLength(2);
  });

  test('a dip shorter than the gap tolerance does not end the action', () => {
    const rows = [...repeat(5, quiet), ...repeat(8, walking), ...repeat(3, quiet), ...repeat(8, walking)];
    const settings = { smoothingMs: 0, updateEveryMs: 600_000 };
    expect(run(scoreSeries(rows), { ...settings, gapToleranceMs: 1000 }).map(({ type }) => type)).toEqual([
      'action.started',
      'action.ended',
    ]);
    expect(run(scoreSeries(rows), { ...settings, gapToleranceMs: 300 }).map(({ id }) => id)).toEqual([
      'cam-1',
      'cam-1',
      'cam-2',
      'cam-2',
    ]);
  });

  test('a score between exit and enter keeps an action going and starts none', () => {
    const between = { idle: 0.55, walk: 0.42, wave: 0.03 };
    expect(run(scoreSeries(repeat(20, between)))).toEqual([]);
    const events = run(scoreSeries([...repeat(10, walking), ...repeat(20, between)]), { updateEveryMs: 600_000 });
    expect(events.map(({ type }) => type)).toEqual(['action.started', 'action.ended']);
    expect(events.at(-1)).toMatchObject({ reason: 'stream-ended', toMs: 29 * 200 + 2000 });
  });

  test('background labels make no event', () => {
    expect(run(scoreSeries(repeat(20, quiet)))).toEqual([]);
    expect(run(scoreSeries(repeat(20, quiet)), { backgroundLabels: [] })).not.toEqual([]);
  });

  test('carries the smoothed score, the peak and the best labels', () => {
    const peak = { idle: 0, walk: 1, wave: 0 };
    const events = run(scoreSeries([...repeat(6, walking), ...repeat(4, peak), ...repeat(15, walking)]), {
      smoothingMs: 0,
      topCount: 2,
    });
    expect(events[0]).toMatchObject({ score: 0.8, peak: 0.8 });
    expect(events.at(-1)).toMatchObject({ score: 1, peak: 1 });
    expect(events[0]?.top.map(({ label }) => label)).toEqual(['walk', 'idle']);
  });

  test('latency counts from the capture of the newest frame', () => {
    const [started] = run(scoreSeries(repeat(10, walking)));
    expect(started?.latencyMs).toBe(10_000 - started!.capturedAtMs);
  });
});

describe('what does not confuse it', () => {
  test('blips of the raw score while an action is falling do not prolong it', () => {
    const blip = [...repeat(4, quiet), walking];
    const rows = [...repeat(10, walking), ...repeat(7, quiet), ...blip, ...blip, ...blip];
    const events = run(scoreSeries(rows), { smoothingMs: 1000, gapToleranceMs: 2500, updateEveryMs: 600_000 });
    expect(events.at(-1)).toMatchObject({ reason: 'score-fell', toMs: 2920 });
  });

  test('another label in the lead restarts a rise that was not announced yet', () => {
    const faint = { walk: 0.3, wave: 0.6 };
    const rows = [...repeat(3, { walk: 0.6, wave: 0.1 }), ...repeat(3, faint), ...repeat(10, { walk: 0.6, wave: 0.1 })];
    const [started] = run(scoreSeries(rows), { smoothingMs: 0, minDurationMs: 1000, exit: 0.2 });
    expect(started).toMatchObject({ label: 'walk', fromMs: 2133 });
  });

  test('exclusive: where two labels are both above enter, the boundary is where the lead changed', () => {
    const rows = [...repeat(15, { walk: 0.5, wave: 0.45 }), ...repeat(15, { walk: 0.45, wave: 0.5 })];
    const events = run(scoreSeries(rows), { enter: 0.4, exit: 0.3, updateEveryMs: 600_000 });
    expect(events.map(briefly)).toEqual([
      ['action.started', 'walk', 0, 1600],
      ['action.ended', 'walk', 0, 3900, 'replaced'],
      ['action.started', 'wave', 3900, expect.any(Number)],
      ['action.ended', 'wave', 3900, 29 * 200 + 2000, 'stream-ended'],
    ]);
  });
});

test('exclusive: an action announced late keeps its minimum duration when the next one began early', () => {
  const none = { walk: 0, wave: 0 };
  const rows = [...repeat(3, none), ...repeat(3, { walk: 1, wave: 0 }), ...repeat(20, { walk: 0.3, wave: 0.5 })];
  const settings = { enter: 0.4, exit: 0.2, smoothingMs: 900, minDurationMs: 1000, updateEveryMs: 600_000 };
  const [walk, , wave] = run(scoreSeries(rows), settings);
  // The raw score of wave leads from about 2100 on, before walk has had its second.
  expect(walk).toMatchObject({ type: 'action.started', label: 'walk', fromMs: 1480 });
  expect(wave).toMatchObject({ type: 'action.started', label: 'wave', fromMs: 2480 });
});

describe('the edges of a stream', () => {
  test('an action of the first window began with that window, one of the last window lasted to its end', () => {
    const events = run(scoreSeries(repeat(10, walking), { firstPtsMs: 500 }), { updateEveryMs: 600_000 });
    expect(events.map(briefly)).toEqual([
      ['action.started', 'walk', 500, 2100],
      ['action.ended', 'walk', 500, 500 + 9 * 200 + 2000, 'stream-ended'],
    ]);
  });

  test('a single window announces nothing, whatever it shows', () => {
    expect(run(scoreSeries([walking]))).toEqual([]);
  });

  test('an action already falling at the break ended where it fell', () => {
    const events = run(scoreSeries([...repeat(10, walking), ...repeat(2, quiet)]), { smoothingMs: 0 });
    expect(events.at(-1)).toMatchObject({ type: 'action.ended', reason: 'stream-ended', toMs: 2920 });
  });

  test('nothing is remembered across a break', () => {
    const tracker = new ActionTracker(resolveActionOptions(), clock);
    for (const scores of scoreSeries(repeat(10, walking))) tracker.push(scores);
    expect(tracker.interrupt('stream-lost').map(briefly)).toEqual([['action.ended', 'walk', 0, 3800, 'stream-lost']]);
    expect(tracker.interrupt('stream-lost')).toEqual([]);
    const after = scoreSeries(repeat(10, walking), { firstPtsMs: 60_000 });
    const [started] = after.flatMap((scores) => tracker.push(scores).events);
    expect(started).toMatchObject({ id: 'cam-2', fromMs: 60_000 });
  });

  test('smoothing begins anew after a break, also when the media time just goes on', () => {
    const tracker = new ActionTracker(resolveActionOptions({ smoothingMs: 5000 }), clock);
    for (const scores of scoreSeries(repeat(10, walking))) tracker.push(scores);
    tracker.interrupt('stream-lost');
    const [next] = scoreSeries([{ idle: 1, walk: 0, wave: 0 }], { firstPtsMs: 2000 });
    expect([...tracker.push(next!).smoothed]).toEqual([1, 0, 0]);
  });

  test('media time going back counts as a break', () => {
    const rows = repeat(10, walking);
    const events = run([...scoreSeries(rows, { firstPtsMs: 90_000 }), ...scoreSeries(rows)], {
      updateEveryMs: 600_000,
    });
    expect(events.map(({ reason }) => reason)).toEqual([undefined, 'stream-lost', undefined, 'stream-ended']);
  });

  test('new labels end what was open', () => {
    const series = [...scoreSeries(repeat(10, walking)), ...scoreSeries(repeat(1, { dance: 1 }), { firstPtsMs: 2000 })];
    expect(run(series).find(({ type }) => type === 'action.ended')).toMatchObject({
      label: 'walk',
      reason: 'replaced',
    });
  });
});

describe('a label set replaced while running', () => {
  const set = (version: number, labels: readonly string[], rest: Partial<LabelSet> = {}): LabelSet => ({
    version,
    labels,
    background: [],
    rules: {},
    ...rest,
  });
  const under = (labelSet: LabelSet, scores: Scores[]): Scores[] => scores.map((one) => ({ ...one, labelSet }));
  const before = under(set(1, ['idle', 'walk']), scoreSeries(repeat(10, { idle: 0.1, walk: 0.9 })));
  const later = (row: Record<string, number>): Scores[] => scoreSeries(repeat(10, row), { firstPtsMs: 2000 });

  test('an action whose label stays goes on, wherever the label stands now', () => {
    const after = under(set(2, ['walk', 'dance']), later({ walk: 0.9, dance: 0.1 }));
    const events = run([...before, ...after], { updateEveryMs: 600_000 });
    expect(events.map(({ type, labelSet }) => `${type} ${labelSet}`)).toEqual(['action.started 1', 'action.ended 2']);
  });

  test.each([
    ['is gone', set(2, ['idle', 'dance']), { idle: 0.9, dance: 0.1 }],
    ['became background', set(2, ['idle', 'walk'], { background: ['walk'] }), { idle: 0.1, walk: 0.9 }],
    ['got other thresholds', set(2, ['idle', 'walk'], { rules: { walk: { enter: 0.99 } } }), { idle: 0.1, walk: 0.9 }],
  ])('an action whose label %s ends as replaced', (_, labelSet, row) => {
    const events = run([...before, ...under(labelSet, later(row))], { updateEveryMs: 600_000 });
    const ended = events.filter(({ label, type }) => label === 'walk' && type === 'action.ended');
    expect(ended).toMatchObject([{ reason: 'replaced', labelSet: 1 }]);
  });
});

describe('several labels', () => {
  test('exclusive: a new action replaces the old one without overlap', () => {
    const events = run(scoreSeries([...repeat(15, walking), ...repeat(15, waving)]), { updateEveryMs: 600_000 });
    const [, ended, started] = events;
    expect(events.map(({ type }) => type)).toEqual([
      'action.started',
      'action.ended',
      'action.started',
      'action.ended',
    ]);
    expect(ended).toMatchObject({ label: 'walk', reason: 'replaced' });
    expect(started).toMatchObject({ label: 'wave', fromMs: ended!.toMs });
  });

  test('not exclusive: actions overlap', () => {
    const both = { walk: 0.9, wave: 0.9 };
    const rows = [...repeat(10, { walk: 0.9, wave: 0 }), ...repeat(10, both), ...repeat(20, { walk: 0, wave: 0 })];
    const events = run(scoreSeries(rows), { exclusive: false, updateEveryMs: 600_000 });
    expect(events.map(({ type, label }) => `${type} ${label}`)).toEqual([
      'action.started walk',
      'action.started wave',
      'action.ended walk',
      'action.ended wave',
    ]);
    expect(events[1]!.fromMs).toBeLessThan(events[2]!.toMs);
  });

  test('thresholds of a single label win over the common ones', () => {
    const faint = { idle: 0.7, walk: 0.3, wave: 0 };
    expect(run(scoreSeries(repeat(20, faint)))).toEqual([]);
    expect(run(scoreSeries(repeat(20, faint)), { labels: { walk: { enter: 0.25, exit: 0.2 } } })).not.toEqual([]);
  });
});
