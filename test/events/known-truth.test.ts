/** Event times against a known truth, for a model whose label flips when half of its window shows the action. */
import { describe, expect, test } from 'vitest';
import {
  ActionTracker,
  matchEvents,
  resolveActionOptions,
  type ActionOptions,
  type Segment,
} from '../../src/events/index.js';
import { scoreSeries, SPAN_MS } from './score-series.js';

const truth: Segment[] = [
  { label: 'walk', fromMs: 0, toMs: 6000 },
  { label: 'wave', fromMs: 6000, toMs: 11_000 },
  { label: 'walk', fromMs: 15_000, toMs: 19_000 },
  { label: 'wave', fromMs: 19_000, toMs: 30_000 },
];
const DURATION_MS = 30_000;

/** Share of the window that shows the label, sharpened as a softmax does, with noise that is the same every time. */
function scoreOf(label: string, fromMs: number, index: number): number {
  const shown = truth
    .filter((segment) => segment.label === label)
    .map((segment) => Math.min(segment.toMs, fromMs + SPAN_MS) - Math.max(segment.fromMs, fromMs))
    .reduce((sum, overlap) => sum + Math.max(0, overlap), 0);
  const noise = 0.08 * Math.sin(index * 12.9898 + label.length);
  return 1 / (1 + Math.exp(-10 * (shown / SPAN_MS - 0.5))) + noise;
}

function recognise(strideMs: number, options: Partial<ActionOptions> = {}): Segment[] {
  const starts = Array.from({ length: (DURATION_MS - SPAN_MS) / strideMs + 1 }, (_, i) => i * strideMs);
  const rows = starts.map((atMs, i) => {
    const [walk, wave] = ['walk', 'wave'].map((label) => Math.min(1, Math.max(0, scoreOf(label, atMs, i))));
    return { walk: walk!, wave: wave! };
  });
  const tracker = new ActionTracker(resolveActionOptions(options), { now: () => 0 });
  const events = scoreSeries(rows, { strideMs }).flatMap((scores) => tracker.push(scores).events);
  return [...events, ...tracker.interrupt('stream-ended')].filter(({ type }) => type === 'action.ended');
}

describe.each([100, 200, 500])('a window every %i ms', (strideMs) => {
  test('finds every action and no other', () => {
    expect(matchEvents(truth, recognise(strideMs), { minIou: 0.8 })).toMatchObject({ precision: 1, recall: 1 });
  });

  test('begins and ends are at most one stride off, with and without smoothing', () => {
    for (const smoothingMs of [0, 400, 1000]) {
      const { matches } = matchEvents(truth, recognise(strideMs, { smoothingMs }));
      expect(matches).toHaveLength(truth.length);
      for (const { truth: real, event } of matches) {
        expect(Math.abs(event.fromMs - real.fromMs)).toBeLessThanOrEqual(Math.max(strideMs, 200));
        expect(Math.abs(event.toMs - real.toMs)).toBeLessThanOrEqual(Math.max(strideMs, 200));
      }
    }
  });

  test('a wrong reference point shows as a shift of the times', () => {
    const { matches } = matchEvents(truth, recognise(strideMs, { referencePoint: 1 }), { minIou: 0.3 });
    const inner = matches.filter(({ truth: real }) => real.fromMs === 15_000);
    expect(inner[0]!.onsetDelayMs).toBeGreaterThan(SPAN_MS / 2 - 2 * strideMs);
  });
});
