import { describe, expect, it } from 'vitest';
import { windowLimits } from '../src/window-limits.js';

const streams = ['front', 'yard', 'hall'];

describe('windowLimits', () => {
  it('limits nothing unless asked', () => {
    expect(windowLimits([], streams)).toEqual(new Map());
  });

  it('gives a plain number to every stream that has none of its own, in whatever order they were written', () => {
    const expected = new Map([
      ['front', 2],
      ['yard', 0.5],
      ['hall', 2],
    ]);
    expect(windowLimits([{ perSecond: 2 }, { stream: 'yard', perSecond: 0.5 }], streams)).toEqual(expected);
    expect(windowLimits([{ stream: 'yard', perSecond: 0.5 }, { perSecond: 2 }], streams)).toEqual(expected);
  });

  it('refuses a name that no stream has', () => {
    expect(() => windowLimits([{ stream: 'yrad', perSecond: 1 }], streams)).toThrow(
      expect.objectContaining({
        code: 'OPTION_INVALID',
        message: expect.stringContaining('front, yard, hall') as string,
      }),
    );
  });

  it('shows no password of a source that was given in the place of a name', () => {
    expect(() => windowLimits([{ stream: 'rtsp://user:hunter2@cam/live', perSecond: 1 }], streams)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') as string }),
    );
  });
});
