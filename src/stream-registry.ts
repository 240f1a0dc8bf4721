/** Which streams run now: their messages as one, and streams that come and go while the others go on. */
import { concat, defer, finalize, from, mergeMap, Subject, type Observable } from 'rxjs';
import type { ActionwireMessage } from './core/types.js';
import type { RunningStream } from './run-stream.js';

export class StreamRegistry {
  readonly #streams = new Map<string, RunningStream>();
  readonly #added = new Subject<RunningStream>();
  /** Streams that have not ended by themselves. */
  readonly #unfinished = new Set<RunningStream>();
  #closed = false;

  /**
   * Everything every stream says, those that are added later included. Streams start when this is subscribed. Completes when all
   * have ended and, where `open`, `close()` has been called.
   */
  readonly messages: Observable<ActionwireMessage> = defer(() =>
    concat(from([...this.#streams.values()]), this.#added).pipe(mergeMap((stream) => this.#follow(stream))),
  );

  /** @param open whether to wait for further streams when all have ended */
  constructor(private readonly open: boolean) {}

  get size(): number {
    return this.#streams.size;
  }

  /** In the order in which they were added. */
  all(): RunningStream[] {
    return [...this.#streams.values()];
  }

  get(id: string): RunningStream | undefined {
    return this.#streams.get(id);
  }

  /** Whether it has neither ended nor failed. */
  isRunning(stream: RunningStream): boolean {
    return this.#unfinished.has(stream);
  }

  /** Whether an added stream would run. */
  get isOpen(): boolean {
    return !this.#closed;
  }

  /** The caller has checked that the name is free. It starts at once when `messages` has a subscriber. */
  add(stream: RunningStream): void {
    this.#streams.set(stream.id, stream);
    this.#unfinished.add(stream);
    this.#added.next(stream);
  }

  /** Ends it and resolves when nothing of it is left. */
  async remove(stream: RunningStream): Promise<void> {
    await stream.stop();
    this.#streams.delete(stream.id);
    this.#unfinished.delete(stream);
  }

  /** No further streams will come. */
  close(): void {
    this.#closed = true;
    this.#added.complete();
  }

  #follow(stream: RunningStream): Observable<ActionwireMessage> {
    return stream.messages.pipe(
      finalize(() => {
        this.#unfinished.delete(stream);
        if (this.#unfinished.size === 0 && !this.open) this.close();
      }),
    );
  }
}
