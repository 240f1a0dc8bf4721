import { describe, expect, it } from 'vitest';
import { matchLabels } from '../../src/evaluate/match-labels.js';

const clips = (...labels: string[]) => labels.map((label, i) => ({ path: `${i}.mp4`, label }));
const labels = ['brush hair', 'wave', 'Wave_', 'constructor'];

describe('matchLabels', () => {
  it('finds labels as they are, and without regard to case and separators where that is clear', () => {
    expect(matchLabels(clips('wave', 'Wave_', 'brush_hair', 'BrushHair'), labels)).toEqual([1, 2, 0, 0]);
    expect(() => matchLabels(clips('WAVE'), labels)).toThrow(/"WAVE"/);
  });

  it('translates by the map first', () => {
    expect(matchLabels(clips('hug', 'wave'), labels, { hug: 'brush hair', wave: 'Wave_' })).toEqual([0, 2]);
    expect(matchLabels(clips('constructor', 'wave'), labels, {})).toEqual([3, 1]);
  });

  it('takes whole numbers for numbers of labels, when all are', () => {
    expect(matchLabels(clips('3', '0', '1'), labels)).toEqual([3, 0, 1]);
    expect(() => matchLabels(clips('4'), labels)).toThrow(/"4"/);
    expect(() => matchLabels(clips('0', 'wave'), labels)).toThrow(/"0"/);
    expect(matchLabels(clips('0', '1'), ['1', '0'])).toEqual([1, 0]);
  });

  it('names what it did not find, each once', () => {
    const unknown = clips('a', 'b', 'a', 'c', 'd', 'e', 'f', 'wave');
    expect(() => matchLabels(unknown, labels)).toThrow(
      expect.objectContaining({
        code: 'EVALUATION_LABEL_UNKNOWN',
        message: 'not among the 4 labels: "a", "b", "c", "d", "e" and 1 more',
      }),
    );
  });
});
