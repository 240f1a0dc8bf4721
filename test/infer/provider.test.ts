import { describe, expect, it } from 'vitest';
import { candidatesFor, providerNames, type Machine } from '../../src/infer/provider.js';
import { defaultThreads } from '../../src/infer/threads.js';

const machine = (platform: string, arch: string, cudaInstalled = false): Machine => ({ platform, arch, cudaInstalled });

describe('candidatesFor', () => {
  it('tries CUDA first where its libraries are, then the CPU', () => {
    expect(candidatesFor('auto', machine('linux', 'x64', true))).toEqual({ names: ['cuda', 'cpu'], remark: '' });
  });

  it.each([
    ['linux', 'x64', 'the CUDA libraries are not installed'],
    ['linux', 'arm64', 'ONNX Runtime has no CUDA for linux arm64'],
    ['darwin', 'x64', 'ONNX Runtime has no CUDA for darwin x64; coreml only when asked for'],
    ['darwin', 'arm64', 'ONNX Runtime has no CUDA for darwin arm64; coreml only when asked for'],
    ['win32', 'x64', 'ONNX Runtime has no CUDA for win32 x64; dml only when asked for'],
    ['win32', 'arm64', 'ONNX Runtime has no CUDA for win32 arm64; dml only when asked for'],
  ])('says why only the CPU is left on %s %s', (platform, arch, remark) => {
    expect(candidatesFor('auto', machine(platform, arch))).toEqual({ names: ['cpu'], remark });
  });

  it.each(providerNames)('never replaces %s', (name) => {
    expect(candidatesFor(name, machine('linux', 'x64', true))).toEqual({ names: [name], remark: '' });
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
