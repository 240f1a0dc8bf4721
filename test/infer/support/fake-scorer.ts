/** An engine on virtual time: one window at a time, first come first served, each taking `durationMs` of the scheduler. */
import { Observable, timer, type Subscription } from 'rxjs';
import { ActionwireError } from '../../../src/core/errors.js';
import { labelSetOf } from '../../../src/core/label-set.js';
import type { Window } from '../../../src/core/types.js';
import type { InferenceResult } from '../../../src/infer/inference-result.js';
import type { Scorer } from '../../../src/infer/scorer.js';
import { TurnQueue } from '../../../src/infer/turn-queue.js';
import { tinyInfo } from './windows.js';

interface FakeTurn {
  readonly take: () => Window;
  readonly finish: (window: Window) => void;
}

export class FakeScorer implements Scorer {
  readonly info = tinyInfo;
  /** Pixels of the windows that were scored, as they were at the END of their run: a view that moved on would show. */
  readonly seen: number[] = [];
  readonly #queue = new TurnQueue<FakeTurn>();
  readonly #failed = new Set<number>();
  #run: Subscription | undefined;

  /** `failures[index]`: the error code with which the first run of window `index` fails. */
  constructor(
    private readonly durationMs: number,
    private readonly failures: Readonly<Partial<Record<number, 'INFERENCE_WORKER_CRASHED' | 'INFERENCE_FAILED'>>> = {},
  ) {}

  score(take: () => Window): Observable<InferenceResult> {
    return new Observable((subscriber) => {
      const finish = (window: Window): void => {
        const code = this.#failed.has(window.index) ? undefined : this.failures[window.index];
        this.#failed.add(window.index);
        if (code !== undefined) {
          subscriber.error(new ActionwireError(code, 'as asked'));
          return;
        }
        this.seen.push(window.pixels[0]!);
        const values = Float32Array.of(1, 0);
        subscriber.next({
          labelSet: labelSetOf(tinyInfo.labels),
          values,
          logits: values,
          embedding: values,
          startedAtMs: 0,
          inferenceMs: this.durationMs,
        });
        subscriber.complete();
      };
      const turn = { take, finish };
      this.#queue.add(turn);
      this.#next();
      return () => void this.#queue.withdraw(turn);
    });
  }

  #next(): void {
    if (this.#run !== undefined) return;
    const turn = this.#queue.next();
    if (turn === undefined) return;
    const window = turn.take();
    this.#run = timer(this.durationMs).subscribe(() => {
      this.#run = undefined;
      turn.finish(window);
      this.#next();
    });
  }
}
