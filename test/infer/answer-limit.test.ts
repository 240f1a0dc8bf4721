import { describe, expect, it } from 'vitest';
import { AnswerLimit, defaultAnswerLimits } from '../../src/infer/answer-limit.js';

describe('AnswerLimit', () => {
  it('gives the first window longer, then at least ten seconds', () => {
    const limit = new AnswerLimit();
    expect(limit.ms).toBe(defaultAnswerLimits.firstMs);
    limit.learn(50);
    expect(limit.ms).toBe(10_000);
  });

  it('grows with the slowest window so far and never shrinks', () => {
    const limit = new AnswerLimit();
    limit.learn(3000.5);
    expect(limit.ms).toBe(60_010);
    limit.learn(50);
    expect(limit.ms).toBe(60_010);
  });
});
