import { describe, expect, it } from 'vitest';
import { OverloadWatch, type Overload } from '../../src/core/overload-watch.js';

/** Every 100 ms of `seconds` one window, dropped where the pattern says `d`, of streams a, b, c in turn; the reports by time. */
function run(watch: OverloadWatch, pattern: string, seconds: number, fromMs = 0): [number, Overload][] {
  const reports: [number, Overload][] = [];
  for (let i = 0; i < 10 * seconds; i++) {
    const atMs = fromMs + 100 * i;
    const kind = pattern[i % pattern.length] === 'd' ? 'dropped' : 'scored';
    const overload = watch.count(kind, 'abc'[i % 3]!, atMs);
    if (overload !== undefined) reports.push([atMs, overload]);
  }
  return reports;
}

describe('OverloadWatch', () => {
  it('says nothing while nothing or little is dropped', () => {
    expect(run(new OverloadWatch(), 's', 60)).toEqual([]);
    expect(run(new OverloadWatch(), 'dsssssssssssssssssss', 60)).toEqual([]);
  });

  it('says nothing for a hiccup of a few windows', () => {
    const watch = new OverloadWatch();
    expect(run(watch, 'dddd', 0.4)).toEqual([]);
    expect(run(watch, 's', 20, 400)).toEqual([]);
  });

  it('tells the share of the last ten seconds and how many streams lost windows', () => {
    const watch = new OverloadWatch();
    run(watch, 's', 30);
    const [[atMs, overload]] = run(watch, 'sd', 10, 30_000) as [[number, Overload]];
    // 100 windows lie in ten seconds; a share of 0.1 is reached by the tenth that is dropped.
    expect(atMs).toBe(30_000 + 100 * 19);
    expect(overload).toEqual({ droppedShare: expect.closeTo(0.1, 1) as number, streams: 3 });
  });

  it('repeats itself after a minute at the earliest, and only while it lasts', () => {
    const watch = new OverloadWatch();
    const times = run(watch, 'sd', 130).map(([atMs]) => atMs);
    expect(times).toHaveLength(3);
    times.slice(1).forEach((atMs, i) => expect(atMs - times[i]!).toBeGreaterThanOrEqual(60_000));
    expect(run(watch, 's', 100, 130_000)).toEqual([]);
  });

  it('forgets what lies more than ten seconds back', () => {
    const watch = new OverloadWatch();
    run(watch, 'd', 1);
    const [[, overload]] = run(watch, 'd', 1, 100_000) as [[number, Overload]];
    expect(overload.droppedShare).toBe(1);
    expect(run(watch, 's', 5, 200_000)).toEqual([]);
    expect(watch.count('dropped', 'a', 300_000)).toBeUndefined();
  });
});
