/** Live: one window of a stream in flight, the newest pending one next, every replaced one reported as dropped. */
import { Observable, type OperatorFunction } from 'rxjs';
import type { Clock } from '../core/clock.js';
import type { ScoreItem, WindowItem } from '../core/types.js';
import { LatestLane } from './latest-lane.js';
import type { Scorer } from './scorer.js';

/**
 * Order: scores, gaps and states leave in the order of their windows, gaps and states; a `dropped` leaves at once, so it may
 * overtake the scores of an older window that is still in flight, never a gap that came after the dropped window. A pending
 * window from before a gap is still scored, unless a newer window arrives first. Held at any time: one pending window.
 */
export function classifyLatest(scorer: Scorer, clock: Clock): OperatorFunction<WindowItem, ScoreItem> {
  return (source) =>
    new Observable<ScoreItem>((subscriber) => {
      const lane = new LatestLane(scorer, clock, subscriber);
      subscriber.add(() => lane.stop());
      subscriber.add(
        source.subscribe({
          next: (item) => lane.push(item),
          error: (error: unknown) => subscriber.error(error),
          complete: () => lane.end(),
        }),
      );
    });
}
