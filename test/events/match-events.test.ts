import { describe, expect, test } from 'vitest';
import { matchEvents, temporalIou, type Segment } from '../../src/events/index.js';

function seg(label: string, fromMs: number, toMs: number): Segment {
  return { label, fromMs, toMs };
}

describe('temporalIou', () => {
  test.each([
    ['same', 0, 10, 0, 10, 1],
    ['half over', 0, 10, 5, 15, 1 / 3],
    ['inside', 0, 10, 2, 7, 0.5],
    ['apart', 0, 10, 20, 30, 0],
    ['touching', 0, 10, 10, 20, 0],
    ['empty', 5, 5, 5, 5, 0],
  ])('%s', (_, a, b, c, d, expected) => {
    expect(temporalIou(seg('x', a, b), seg('x', c, d))).toBeCloseTo(expected, 12);
  });
});

describe('matchEvents', () => {
  const truth = [seg('walk', 0, 1000), seg('wave', 2000, 3000), seg('walk', 4000, 5000)];

  test('counts hits, misses and false alarms', () => {
    const report = matchEvents(truth, [seg('walk', 100, 1000), seg('sit', 2000, 3000), seg('walk', 4000, 4600)]);
    expect(report).toMatchObject({ precision: 2 / 3, recall: 2 / 3, f1: 2 / 3 });
    expect(report.missed).toEqual([truth[1]]);
    expect(report.spurious).toEqual([seg('sit', 2000, 3000)]);
    expect(report.matches.map(({ onsetDelayMs }) => onsetDelayMs).sort()).toEqual([0, 100]);
    expect(report.medianOnsetDelayMs).toBe(50);
  });

  test('a truth broken into two events counts once', () => {
    const report = matchEvents([truth[0]!], [seg('walk', 0, 600), seg('walk', 600, 1000)]);
    expect(report).toMatchObject({ precision: 0.5, recall: 1 });
    expect(report.matches[0]?.iou).toBe(0.6);
  });

  test('the threshold is inclusive', () => {
    expect(matchEvents([truth[0]!], [seg('walk', 0, 500)]).recall).toBe(1);
    expect(matchEvents([truth[0]!], [seg('walk', 0, 499)]).recall).toBe(0);
    expect(matchEvents([truth[0]!], [seg('walk', 0, 300)], { minIou: 0.3 }).recall).toBe(1);
  });

  test('ignored labels count on neither side', () => {
    const events = [...truth, seg('idle', 1000, 2000)];
    expect(matchEvents(truth, events, { ignoredLabels: ['idle', 'wave'] })).toMatchObject({ precision: 1, recall: 1 });
  });

  test('nothing to find and nothing found is perfect; one-sided nothing is not', () => {
    expect(matchEvents([], [])).toMatchObject({ precision: 1, recall: 1, f1: 1, medianOnsetDelayMs: undefined });
    expect(matchEvents(truth, [])).toMatchObject({ precision: 1, recall: 0, f1: 0 });
    expect(matchEvents([], truth)).toMatchObject({ precision: 0, recall: 1, f1: 0 });
  });
});
