/** A timer that counts only the time in which this program itself could run. */

/**
 * A program that was stopped (Ctrl-Z) or blocked finds its timers overdue before it has seen the messages that waited
 * meanwhile. So the time is counted in this many ticks, and however long such a pause was, it costs one of them.
 */
const ticks = 10;

/** Calls `act` once after `ms` milliseconds; the function returned stops it. Does not keep the program alive. */
export function countdown(ms: number, act: () => void): () => void {
  let left = ticks;
  const timer = setInterval(() => {
    left -= 1;
    if (left > 0) return;
    clearInterval(timer);
    act();
  }, ms / ticks);
  timer.unref();
  return () => clearInterval(timer);
}
