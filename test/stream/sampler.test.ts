import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TickSampler } from '../../src/stream/sampler.js';

function ticksOf(sampler: TickSampler, times: readonly number[]): number[] {
  return times.flatMap((t) => sampler.push(t).ticks);
}

const every = (stepMs: number, count: number): number[] => Array.from({ length: count }, (_, i) => i * stepMs);

describe('TickSampler', () => {
  it('takes the first picture at or after each tick', () => {
    const sampler = new TickSampler({ fps: 8 });
    const taken = every(40, 26).filter((t) => sampler.push(t).ticks.length > 0);
    expect(taken).toEqual([0, 160, 280, 400, 520, 640, 760, 880, 1000]);
  });

  it('keeps the grid exact over an hour of a rate that does not divide the source', () => {
    const ticks = ticksOf(new TickSampler({ fps: 7 }), every(1000 / 29.97, 30 * 3600));
    expect(ticks.length).toBe(Math.floor(((30 * 3600 - 1) / 29.97) * 7) + 1);
    expect(ticks.at(-1)).toBeCloseTo((ticks.length - 1) * (1000 / 7), 6);
  });

  it('repeats the picture of a slower source', () => {
    expect(ticksOf(new TickSampler({ fps: 8 }), every(200, 6))).toEqual(every(125, 9));
  });

  it('reports missing frames instead of repeating without end', () => {
    const sampler = new TickSampler({ fps: 8, maxRepeats: 4 });
    sampler.push(0);
    expect(sampler.push(625).ticks).toHaveLength(5);
    expect(sampler.push(750).ticks).toHaveLength(1);
    expect(sampler.push(1525)).toEqual({ gap: 'missing-frames', ticks: [1525] });
    expect(sampler.push(1650)).toEqual({ gap: undefined, ticks: [1650] });
  });

  it('lets a picture stand for more ticks when the source is that slow, which its second step shows', () => {
    const sampler = new TickSampler({ fps: 8 });
    sampler.push(0);
    expect(sampler.push(1000)).toEqual({ gap: 'missing-frames', ticks: [1000] });
    for (const ptsMs of [2000, 3100, 4000, 5000]) expect(sampler.push(ptsMs)).toMatchObject({ gap: undefined });
    expect(sampler.push(5040).gap).toBeUndefined();
    expect(sampler.push(6040)).toMatchObject({ gap: 'missing-frames' });
  });

  it('reports a jump forward beyond 1.5 s and any jump back', () => {
    const sampler = new TickSampler({ fps: 8 });
    sampler.push(0);
    expect(sampler.push(1501)).toEqual({ gap: 'timestamp-jump', ticks: [1501] });
    expect(sampler.push(1500)).toEqual({ gap: 'timestamp-jump', ticks: [1500] });
  });

  it('ignores a repeated timestamp', () => {
    const sampler = new TickSampler({ fps: 8 });
    sampler.push(10);
    expect(sampler.push(10)).toEqual({ gap: undefined, ticks: [] });
  });

  it('starts a new timeline after reset without a gap of its own', () => {
    const sampler = new TickSampler({ fps: 8 });
    sampler.push(5000);
    sampler.reset();
    expect(sampler.push(0)).toEqual({ gap: undefined, ticks: [0] });
  });

  const times = fc.array(fc.double({ min: -500, max: 3000, noNaN: true }), { minLength: 1, maxLength: 200 });

  it('between two gaps: ticks are equidistant, never later than the picture, at most maxRepeats + 1 per picture', () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 30 }), (steps, fps) => {
        const sampler = new TickSampler({ fps, maxRepeats: 3 });
        let now = 0;
        let last: number | undefined;
        for (const step of steps) {
          now += step;
          const { gap, ticks } = sampler.push(now);
          if (gap !== undefined) last = undefined;
          expect(ticks.length).toBeLessThanOrEqual(4);
          for (const tick of ticks) {
            expect(tick).toBeLessThanOrEqual(now + 0.1);
            if (last !== undefined) expect(tick - last).toBeCloseTo(1000 / fps, 6);
            last = tick;
          }
        }
      }),
    );
  });

  it('never leaves a tick unfilled between two gaps', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { minLength: 1, maxLength: 100 }), (steps) => {
        const sampler = new TickSampler({ fps: 8 });
        let now = 0;
        let lastTick = sampler.push(0).ticks.at(-1)!;
        for (const step of steps) {
          now += step;
          lastTick = sampler.push(now).ticks.at(-1) ?? lastTick;
          expect(now - lastTick).toBeLessThan(125);
        }
      }),
    );
  });
});
