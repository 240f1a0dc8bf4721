/** Figures of eight clips, counted by hand. */
import { describe, expect, it } from 'vitest';
import { computeMetrics } from '../../src/evaluate/metrics.js';
import { result } from './support/results.js';

const labels = ['run', 'jump', 'wave', 'unused'];
const results = [
  result('1', 'run', 'run', 0),
  result('2', 'run', 'run', 0),
  result('3', 'run', 'jump', 1),
  result('4', 'run', 'jump', 6),
  result('5', 'jump', 'jump', 0),
  result('6', 'jump', 'wave', 4),
  result('7', 'wave', 'run', 5),
  result('8', 'wave', 'run', 2),
];

describe('computeMetrics', () => {
  const metrics = computeMetrics(results, labels);

  it('counts top-1 and top-5', () => {
    expect(metrics).toMatchObject({ clips: 8, top1: 3 / 8, top5: 6 / 8 });
  });

  it('counts every class alike in the mean', () => {
    expect(metrics.perClass).toEqual([
      { label: 'run', clips: 4, top1: 0.5, top5: 0.75 },
      { label: 'jump', clips: 2, top1: 0.5, top5: 1 },
      { label: 'wave', clips: 2, top1: 0, top5: 0.5 },
    ]);
    expect(metrics.meanClassTop1).toBeCloseTo(1 / 3, 12);
  });

  it('confuses true rows with recognised columns', () => {
    expect(metrics.confusion).toEqual({
      labels: ['run', 'jump', 'wave'],
      counts: [
        [2, 2, 0],
        [0, 1, 1],
        [2, 0, 0],
      ],
    });
  });

  it('has no figures of nothing', () => expect(() => computeMetrics([], labels)).toThrow(RangeError));
});
