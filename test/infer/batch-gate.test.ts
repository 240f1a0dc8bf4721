import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BatchGate, batchLimit } from '../../src/infer/batch-gate.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('batchLimit', () => {
  it('is one on the CPU, where all would wait for all, unless it is asked for', () => {
    expect(batchLimit('exact', 'cpu')).toBe(1);
    expect(batchLimit('streaming', 'cpu')).toBe(1);
    expect(batchLimit('exact', 'cpu', 6)).toBe(6);
  });

  it('is higher on an accelerator, and lower for exact windows, which need more memory', () => {
    expect(batchLimit('streaming', 'cuda')).toBeGreaterThan(batchLimit('exact', 'cuda'));
    expect(batchLimit('exact', 'webgpu')).toBeGreaterThan(1);
    expect(batchLimit('exact', 'cuda', 1)).toBe(1);
  });
});

describe('BatchGate', () => {
  const again = vi.fn();
  const open = (gate: BatchGate, waiting: number, streams: number, firstAtMs = performance.now()): boolean =>
    gate.isOpen(waiting, streams, firstAtMs, again);
  beforeEach(() => again.mockClear());

  it('lets whoever waits start at once without a waiting time', () => {
    const gate = new BatchGate(4, 0);
    expect(gate.immediate).toBe(true);
    expect(open(gate, 1, 8)).toBe(true);
  });

  it('never makes a single stream wait, nor one that is scored alone', () => {
    expect(open(new BatchGate(4, 50), 1, 1)).toBe(true);
    expect(open(new BatchGate(1, 50), 1, 8)).toBe(true);
    expect(open(new BatchGate(4, 50), 1, 0)).toBe(true);
  });

  it('opens as soon as the batch is full or every stream waits', () => {
    const gate = new BatchGate(4, 50);
    expect([1, 2, 3, 4].map((waiting) => open(gate, waiting, 8))).toEqual([false, false, false, true]);
    expect([1, 2].map((waiting) => open(gate, waiting, 2))).toEqual([false, true]);
    vi.advanceTimersByTime(1000);
    expect(again).not.toHaveBeenCalled();
  });

  it('calls back once at the deadline of the first, however many come meanwhile', () => {
    const gate = new BatchGate(4, 50);
    const firstAtMs = performance.now();
    expect(open(gate, 1, 8, firstAtMs)).toBe(false);
    vi.advanceTimersByTime(30);
    expect(open(gate, 2, 8, firstAtMs)).toBe(false);
    vi.advanceTimersByTime(19);
    expect(again).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(again).toHaveBeenCalledTimes(1);
    expect(open(gate, 2, 8, firstAtMs)).toBe(true);
  });

  it('does not wait again for one that has waited during the run before', () => {
    const firstAtMs = performance.now();
    vi.advanceTimersByTime(60);
    expect(open(new BatchGate(4, 50), 1, 8, firstAtMs)).toBe(true);
  });

  it('does not call back once it is closed', () => {
    const gate = new BatchGate(4, 50);
    open(gate, 1, 8);
    gate.close();
    vi.advanceTimersByTime(1000);
    expect(again).not.toHaveBeenCalled();
  });
});
