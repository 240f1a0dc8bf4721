/** The bundled clip, what it really shows, and how well its actions must be recognised. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { matchEvents, type Segment } from '../../src/events/index.js';

export const demoClip = 'assets/demo.mp4';

export const demoTruth = JSON.parse(readFileSync('assets/demo.truth.json', 'utf8')) as {
  durationMs: number;
  segments: Segment[];
};

/** Event-level goals at IoU >= 0.5, "nothing happening" left out. */
const goal = { precision: 0.8, recall: 0.8 };

/** Asserts that `ended` are the clip's actions at their times. */
export function expectDemoActions(ended: readonly Segment[]): void {
  const report = matchEvents(demoTruth.segments, ended, { minIou: 0.5, ignoredLabels: ['nothing happening'] });
  expect(report.precision, `spurious: ${JSON.stringify(report.spurious)}`).toBeGreaterThanOrEqual(goal.precision);
  expect(report.recall, `missed: ${JSON.stringify(report.missed)}`).toBeGreaterThanOrEqual(goal.recall);
}
