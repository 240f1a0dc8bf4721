import { describe, expect, it } from 'vitest';
import { averageGroups } from '../../../src/infer/worker/encode-labels.js';

describe('averageGroups', () => {
  it('averages as many rows a label as the label has prompts', () => {
    const rows = [Float32Array.of(1, 2), Float32Array.of(3, 4), Float32Array.of(5, 6)];
    expect(averageGroups(rows, [2, 1])).toEqual([Float32Array.of(2, 3), Float32Array.of(5, 6)]);
  });
});
