/** Figures over several recordings, worked out by hand. */
import { expect, it } from 'vitest';
import { eventReport, type JudgedStream, type Segment, type ToldAction } from '../../src/events/index.js';

const segment = (label: string, fromMs: number, toMs: number): Segment => ({ label, fromMs, toMs });
const action = (label: string, fromMs: number, toMs: number, toldMs: number): ToldAction => ({
  ...segment(label, fromMs, toMs),
  toldMs,
});

const streams: JudgedStream[] = [
  {
    truth: [segment('wave', 0, 1000), segment('walk', 2000, 4000), segment('rest', 5000, 9000)],
    // IoU 0.9; 0.6 (1500 of 2500 ms); and one that is not there.
    actions: [action('wave', 100, 1000, 800), action('walk', 2500, 4500, 3300), action('run', 6000, 7000, 6900)],
  },
  {
    truth: [segment('wave', 1000, 2000), segment('wave', 5000, 6000)],
    // IoU 0.4 (400 of 1000 ms).
    actions: [action('wave', 1600, 2000, 2200)],
  },
];

it('counts over all recordings together, by overlap', () => {
  const { overall } = eventReport(streams, ['rest']);
  expect(overall.map(({ minIou, truths, events, matched }) => [minIou, truths, events, matched])).toEqual([
    [0.3, 4, 4, 3],
    [0.5, 4, 4, 2],
    [0.7, 4, 4, 1],
  ]);
  expect(overall[1]).toMatchObject({ precision: 0.5, recall: 0.5, f1: 0.5 });
});

it('counts label by label, and leaves the ignored ones out', () => {
  const { labels } = eventReport(streams, ['rest']);
  expect(labels.map(({ label, truths, events, matched }) => [label, truths, events, matched])).toEqual([
    ['run', 0, 1, 0],
    ['walk', 1, 1, 1],
    ['wave', 3, 2, 1],
  ]);
  expect(eventReport(streams).labels.map(({ label }) => label)).toContain('rest');
});

it('tells how late beginnings are, and how late they are announced', () => {
  expect(eventReport(streams)).toMatchObject({
    onset: { medianMs: 100, p90Ms: 500 },
    announced: { medianMs: 800, p90Ms: 1300 },
  });
});

it('has no delays without a match, and full marks for nothing in nothing', () => {
  const { overall, onset } = eventReport([{ truth: [], actions: [] }]);
  expect(onset).toEqual({ medianMs: undefined, p90Ms: undefined });
  expect(overall[1]).toMatchObject({ precision: 1, recall: 1, f1: 1, truths: 0 });
});
