import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { countdown } from '../../src/infer/countdown.js';

describe('countdown', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('acts once, after its time', () => {
    const act = vi.fn();
    countdown(1000, act);
    vi.advanceTimersByTime(999);
    expect(act).not.toHaveBeenCalled();
    vi.advanceTimersByTime(5000);
    expect(act).toHaveBeenCalledTimes(1);
  });

  it('does nothing when it is stopped', () => {
    const act = vi.fn();
    const stop = countdown(1000, act);
    vi.advanceTimersByTime(900);
    stop();
    vi.advanceTimersByTime(5000);
    expect(act).not.toHaveBeenCalled();
  });
});

describe('countdown of a program that was blocked', () => {
  it('does not act before the messages that waited have been seen', async () => {
    let acted = false;
    const stop = countdown(200, () => (acted = true));
    const blockedUntil = performance.now() + 600;
    while (performance.now() < blockedUntil);
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(acted).toBe(false);
    stop();
  });
});
