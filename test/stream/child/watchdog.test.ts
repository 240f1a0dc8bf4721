import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Watchdog } from '../../../src/stream/child/watchdog.js';

describe('Watchdog', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function dog(): { watchdog: Watchdog; calls: string[] } {
    const calls: string[] = [];
    const step = (afterMs: number) => ({ afterMs, act: () => void calls.push(`${afterMs}@${performance.now()}`) });
    return { watchdog: new Watchdog([step(100), step(200)]), calls };
  }

  it('fires each step once', () => {
    const { watchdog, calls } = dog();
    watchdog.resume();
    vi.advanceTimersByTime(1000);
    expect(calls.map((call) => call.split('@')[0])).toEqual(['100', '200']);
  });

  it('starts again when fed', () => {
    const { watchdog, calls } = dog();
    watchdog.resume();
    vi.advanceTimersByTime(150);
    watchdog.feed();
    vi.advanceTimersByTime(99);
    expect(calls).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(calls).toHaveLength(2);
  });

  it('does not count the time it is paused', () => {
    const { watchdog, calls } = dog();
    watchdog.resume();
    vi.advanceTimersByTime(60);
    watchdog.pause();
    vi.advanceTimersByTime(10_000);
    watchdog.resume();
    vi.advanceTimersByTime(39);
    expect(calls).toHaveLength(0);
    vi.advanceTimersByTime(1);
    expect(calls).toHaveLength(1);
  });

  it('stays paused when fed while paused', () => {
    const { watchdog, calls } = dog();
    watchdog.feed();
    vi.advanceTimersByTime(1000);
    expect(calls).toHaveLength(0);
  });
});
