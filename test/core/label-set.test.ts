import { describe, expect, it } from 'vitest';
import { labelSetOf } from '../../src/core/label-set.js';

describe('labelSetOf', () => {
  it('keeps the order, and what is special about single labels', () => {
    const entries = [
      'walking',
      { label: ' standing still ', background: true },
      { label: 'punching', prompts: ['p'], enter: 0.7 },
    ];
    expect(labelSetOf(entries)).toEqual({
      version: 1,
      labels: ['walking', 'standing still', 'punching'],
      background: ['standing still'],
      rules: { 'standing still': {}, punching: { enter: 0.7 } },
    });
  });

  it('takes the model’s background where it is among the labels, unless the user says otherwise', () => {
    expect(labelSetOf(['a', 'nothing'], 'nothing').background).toEqual(['nothing']);
    expect(labelSetOf(['a', 'b'], 'nothing').background).toEqual([]);
    expect(labelSetOf(['a', { label: 'nothing', background: false }], 'nothing').background).toEqual([]);
  });
});
