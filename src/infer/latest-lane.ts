/** The state of one live stream in front of the engine: what waits, and whether a window is in flight. */
import { Subscription, type Observer } from 'rxjs';
import type { Clock } from '../core/clock.js';
import type { ScoreItem, Window, WindowItem } from '../core/types.js';
import { isLostWindow } from './lost-window.js';
import type { InferenceResult } from './inference-result.js';
import { PixelPool } from './pixel-pool.js';
import type { Scorer } from './scorer.js';
import { toScores } from './to-scores.js';

interface Flight {
  readonly window: Window;
  readonly startedAtMs: number;
}

type PassThrough = Exclude<WindowItem, { kind: 'window' }>;

export class LatestLane {
  readonly #pool = new PixelPool();
  /** Gaps and states before the pending window, and those after it. */
  readonly #before: PassThrough[] = [];
  readonly #after: PassThrough[] = [];
  #pending: Window | undefined;
  #flight: Flight | undefined;
  #turn: Subscription | undefined;
  #ended = false;

  constructor(
    private readonly scorer: Scorer,
    private readonly clock: Clock,
    private readonly output: Observer<ScoreItem>,
  ) {}

  push(item: WindowItem): void {
    if (item.kind === 'window') this.#replacePending(item.window);
    else (this.#pending === undefined ? this.#before : this.#after).push(item);
    this.#advance();
  }

  /** The source has completed: what waits is still scored, then the output completes. */
  end(): void {
    this.#ended = true;
    this.#advance();
  }

  /** Gives up the turn; nothing is emitted any more. */
  stop(): void {
    this.#turn?.unsubscribe();
  }

  #replacePending(window: Window): void {
    const replaced = this.#pending;
    this.#pending = this.#pool.keep(window);
    this.#before.push(...this.#after.splice(0));
    if (replaced !== undefined) this.#drop(replaced);
  }

  #drop(window: Window): void {
    this.#pool.release(window);
    this.output.next({ kind: 'dropped', streamId: window.streamId, windowIndex: window.index });
  }

  /** Emits what no window is in front of, asks for a turn when a window waits, completes when nothing is left. */
  #advance(): void {
    if (this.#flight !== undefined) return;
    for (const item of this.#before.splice(0)) this.output.next(item);
    if (this.#pending !== undefined) this.#ask();
    else if (this.#ended) this.output.complete();
  }

  #ask(): void {
    if (this.#turn !== undefined) return;
    const turn = new Subscription();
    this.#turn = turn;
    turn.add(
      this.scorer
        .score(() => this.#take())
        .subscribe({ next: (result) => this.#land(result), error: (error: unknown) => this.#fail(error) }),
    );
  }

  #take(): Window {
    const window = this.#pending;
    if (window === undefined) throw new Error('a turn came without a pending window');
    this.#pending = undefined;
    this.#before.push(...this.#after.splice(0));
    this.#flight = { window, startedAtMs: this.clock.now() };
    return window;
  }

  #land({ values, labelSet, inferenceMs }: InferenceResult): void {
    const flight = this.#endFlight();
    if (flight === undefined) return;
    const scores = toScores(flight.window, labelSet, values, { ...flight, inferenceMs });
    this.#pool.release(flight.window);
    this.output.next({ kind: 'scores', scores });
    this.#advance();
  }

  #fail(error: unknown): void {
    const flight = this.#endFlight();
    if (!isLostWindow(error)) {
      this.output.error(error);
      return;
    }
    if (flight !== undefined) this.#drop(flight.window);
    this.#advance();
  }

  #endFlight(): Flight | undefined {
    const flight = this.#flight;
    this.#flight = undefined;
    this.#turn = undefined;
    return flight;
  }
}
