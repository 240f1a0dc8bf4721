/** The budget of one stream: leaves out the windows that are more than it may have scored in a second. */
import { defer, filter, type MonoTypeOperatorFunction } from 'rxjs';
import type { WindowItem } from '../core/types.js';

/**
 * In media time, so that a replay leaves out the same windows every time. The mean rate over any stretch is `perSecond` where the
 * stride makes at least as many; up to one window that was not used may be made up for. A gap begins afresh: the first
 * window after it is always scored. Gaps and states pass through. Windows left out are not `dropped`: nobody wanted them.
 *
 * @param perSecond windows a second, above 0; undefined: no limit
 */
export function limitWindows(perSecond: number | undefined): MonoTypeOperatorFunction<WindowItem> {
  if (perSecond === undefined) return (source) => source;
  return (source) =>
    defer(() => {
      const budget = new WindowBudget(1000 / perSecond);
      return source.pipe(filter((item) => budget.allows(item)));
    });
}

class WindowBudget {
  /** Media time from which on the next window may be scored. */
  #dueMs = -Infinity;

  constructor(private readonly intervalMs: number) {}

  allows(item: WindowItem): boolean {
    if (item.kind === 'gap') this.#dueMs = -Infinity;
    if (item.kind !== 'window') return true;
    const { lastPtsMs } = item.window;
    if (lastPtsMs < this.#dueMs) return false;
    const first = this.#dueMs === -Infinity;
    this.#dueMs = first ? lastPtsMs + this.intervalMs : Math.max(this.#dueMs + this.intervalMs, lastPtsMs);
    return true;
  }
}
