import { describe, expect, it } from 'vitest';
import { CountedBacklog } from '../../src/core/backlog.js';

/** Whether a promise has settled once all that is already under way has happened. */
async function settled(promise: Promise<void>): Promise<boolean> {
  const later = new Promise<boolean>((resolve) => setImmediate(() => resolve(false)));
  return Promise.race([promise.then(() => true), later]);
}

describe('CountedBacklog', () => {
  it('has room until its capacity is reached', async () => {
    const backlog = new CountedBacklog(2);
    backlog.add();
    expect(await settled(backlog.drained())).toBe(true);
    backlog.add();
    expect(await settled(backlog.drained())).toBe(false);
  });

  it('lets everybody go on who waited as soon as there is room', async () => {
    const backlog = new CountedBacklog(1);
    backlog.add();
    const waiting = [backlog.drained(), backlog.drained()];
    backlog.remove();
    expect(await Promise.all(waiting.map(settled))).toEqual([true, true]);
  });

  it('keeps waiting while it is over its capacity', async () => {
    const backlog = new CountedBacklog(1);
    backlog.add();
    backlog.add();
    const waiting = backlog.drained();
    backlog.remove();
    expect(await settled(waiting)).toBe(false);
    backlog.remove();
    expect(await settled(waiting)).toBe(true);
  });
});
