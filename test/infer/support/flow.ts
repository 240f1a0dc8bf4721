/** Runs operators on virtual time and tells what came out when. */
import type { Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { Clock } from '../../../src/core/clock.js';
import { asActionwireError } from '../../../src/core/errors.js';
import type { ScoreItem, WindowItem } from '../../../src/core/types.js';
import { brief, gapItem, stateItem, windowItem } from './windows.js';

/** What a digit, a gap and a state look like in input marbles. */
const items = (streamId: string): Record<string, WindowItem> => ({
  g: gapItem,
  l: stateItem,
  ...Object.fromEntries(Array.from({ length: 10 }, (_, index) => [String(index), windowItem(index, streamId)])),
});

export interface Flow {
  readonly clock: Clock;
  /** Input from marbles, one frame a millisecond: a digit is the window of that number, g a gap, l the state `lost`. */
  readonly input: (marbles: string, streamId?: string) => Observable<WindowItem>;
}

/**
 * What comes out, as `<millisecond> <item>`, for example `4 scores 0`, `12 complete`, `7 error INFERENCE_FAILED`; with
 * `unsubscribeAt` the subscription ends before that millisecond.
 */
export function timeline(make: (flow: Flow) => Observable<ScoreItem>, unsubscribeAt?: string): string[] {
  const lines: string[] = [];
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(({ hot, expectObservable }) => {
    const note = (text: string): void => void lines.push(`${scheduler.now()} ${text}`);
    const flow: Flow = {
      clock: { now: () => scheduler.now() },
      input: (marbles, streamId = 's') => hot(marbles, items(streamId)),
    };
    const output = make(flow);
    const subscription = output.subscribe({
      next: (item) => note(brief(item)),
      error: (error: unknown) => note(`error ${asActionwireError(error).code}`),
      complete: () => note('complete'),
    });
    if (unsubscribeAt !== undefined) hot(`${unsubscribeAt}|`).subscribe({ complete: () => subscription.unsubscribe() });
    expectObservable(hot('|'));
  });
  return lines;
}
