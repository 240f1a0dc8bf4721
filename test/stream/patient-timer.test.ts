import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PatientTimer, secondLookMs } from '../../src/stream/patient-timer.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('acts once, after its time and the second look', () => {
  const act = vi.fn();
  new PatientTimer().start(500, act);
  vi.advanceTimersByTime(500 + secondLookMs - 1);
  expect(act).not.toHaveBeenCalled();
  vi.advanceTimersByTime(10_000);
  expect(act).toHaveBeenCalledTimes(1);
});

it('can be stopped or started again, also between the two looks', () => {
  const [first, second] = [vi.fn(), vi.fn()];
  const timer = new PatientTimer();
  timer.start(500, first);
  vi.advanceTimersByTime(600);
  timer.start(500, second);
  vi.advanceTimersByTime(600);
  timer.stop();
  vi.advanceTimersByTime(10_000);
  expect(first).not.toHaveBeenCalled();
  expect(second).not.toHaveBeenCalled();
});
