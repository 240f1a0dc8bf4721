import { describe, expect, it } from 'vitest';
import { candidatesFor, providerNames } from '../../src/infer/provider.js';
import { defaultThreads } from '../../src/infer/threads.js';

describe('candidatesFor', () => {
  it('tries CUDA first where its libraries are, then the CPU', () => {
    expect(candidatesFor('auto', true)).toEqual({ names: ['cuda', 'cpu'], remark: '' });
  });

  it('says why only the CPU is left', () => {
    expect(candidatesFor('auto', false)).toEqual({ names: ['cpu'], remark: 'the CUDA libraries are not installed' });
  });

  it.each(providerNames)('never replaces %s', (name) => {
    expect(candidatesFor(name, true).names).toEqual([name]);
  });
});

describe('defaultThreads', () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [16, 15],
  ])('of %i cores uses %i', (cores, threads) => {
    expect(defaultThreads(cores)).toBe(threads);
  });
});
