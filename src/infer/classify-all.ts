/** Replay: scores every window, in order, and tells its source through a backlog when to go on. */
import {
  concatMap,
  defer,
  finalize,
  map,
  of,
  retry,
  throwError,
  tap,
  type Observable,
  type OperatorFunction,
} from 'rxjs';
import type { CountedBacklog } from '../core/backlog.js';
import type { Clock } from '../core/clock.js';
import type { ScoreItem, Window, WindowItem } from '../core/types.js';
import { isLostWindow } from './lost-window.js';
import { PixelPool } from './pixel-pool.js';
import type { Scorer } from './scorer.js';
import { toScores } from './to-scores.js';

/**
 * Lossless and in order: each window is copied when it arrives, because the ring moves on under it. The source waits for
 * `backlog.drained()` before it makes more, so that no more windows are held than the backlog's capacity.
 * A window lost to a crash of the inference process is scored again after the restart. Times are read from `clock`
 * only: on a virtual clock two replays of one file give identical items.
 */
export function classifyAll(
  scorer: Scorer,
  clock: Clock,
  backlog: CountedBacklog,
): OperatorFunction<WindowItem, ScoreItem> {
  return (source) =>
    defer(() => {
      const pool = new PixelPool();
      let held = 0;
      const arrive = (item: WindowItem): WindowItem => {
        if (item.kind !== 'window') return item;
        backlog.add();
        held += 1;
        return { kind: 'window', window: pool.keep(item.window) };
      };
      const leave = (window: Window): void => {
        pool.release(window);
        backlog.remove();
        held -= 1;
      };
      return source.pipe(
        map(arrive),
        concatMap((item) => (item.kind === 'window' ? scoreOne(scorer, clock, item.window, leave) : of(item))),
        finalize(() => backlog.remove(held)),
      );
    });
}

function scoreOne(
  scorer: Scorer,
  clock: Clock,
  window: Window,
  leave: (window: Window) => void,
): Observable<ScoreItem> {
  let startedAtMs = 0;
  const take = (): Window => {
    startedAtMs = clock.now();
    return window;
  };
  return scorer.score(take).pipe(
    retry({ delay: (error: unknown) => (isLostWindow(error) ? of(true) : throwError(() => error)) }),
    map(({ values, labelSet }): ScoreItem => {
      const times = { startedAtMs, inferenceMs: clock.now() - startedAtMs };
      return { kind: 'scores', scores: toScores(window, labelSet, values, times) };
    }),
    tap(() => leave(window)),
  );
}
