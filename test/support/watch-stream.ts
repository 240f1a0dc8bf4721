/** Follows a real stream in the background, so that a test reads as a story: wait for this, do that, wait again. */
import type { StreamItem, StreamState, StreamStatus } from '../../src/core/types.js';
import type { ActionStream, StreamOptions } from '../../src/stream/index.js';
import { framesOf, open, statesOf, story } from './streams.js';

export class StreamWatch {
  readonly items: StreamItem[] = [];
  readonly stream: ActionStream;
  readonly #abort = new AbortController();
  readonly #finished: Promise<void>;
  #over = false;
  #changed = (): void => undefined;

  /** Live, with fast reconnects, unless `options` say otherwise. */
  constructor(source: string, options: Partial<StreamOptions> = {}) {
    this.stream = open(source, { mode: 'live', signal: this.#abort.signal, ...options });
    this.#finished = this.#follow();
  }

  get frames(): number {
    return framesOf(this.items).length;
  }

  /** All states of one status so far. */
  states(status: StreamStatus): StreamState[] {
    return statesOf(this.items).filter((state) => state.status === status);
  }

  /** Rejects, telling the story so far, when the condition is not met in time or cannot be met any more. */
  async until(condition: () => boolean, timeoutMs = 20_000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!condition()) {
      const leftMs = deadline - performance.now();
      if (this.#over || leftMs <= 0) throw new Error(`${this.#over ? 'over' : 'too late'}: ${story(this.items)}`);
      await this.#change(leftMs);
    }
  }

  /** Waits for so many more frames. */
  async moreFrames(count: number): Promise<void> {
    const wanted = this.frames + count;
    await this.until(() => this.frames >= wanted);
  }

  /** Resolves when the stream's process is gone. */
  async close(): Promise<void> {
    this.#abort.abort();
    await this.#finished;
  }

  async #follow(): Promise<void> {
    for await (const item of this.stream) {
      this.items.push(item);
      this.#changed();
    }
    this.#over = true;
    this.#changed();
  }

  async #change(atMostMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#changed = resolve;
      timer = setTimeout(resolve, atMostMs);
    });
    clearTimeout(timer);
  }
}
