/** The messages that wait for one `for await` loop: bounded; passing figures give way, lasting messages never silently. */
import { ClientError } from './errors.js';

export class MessageQueue<T extends object> implements AsyncIterator<T, undefined> {
  readonly #waiting: T[] = [];
  readonly #takers: { resolve: (result: IteratorResult<T, undefined>) => void; reject: (error: Error) => void }[] = [];
  #ended = false;
  #error: Error | undefined;

  /** `left` is called once, when nothing more is wanted. */
  constructor(
    private readonly most: number,
    private readonly left: () => void,
  ) {}

  push(message: T): void {
    if (this.#ended) return;
    const taker = this.#takers.shift();
    if (taker !== undefined) {
      taker.resolve({ value: message, done: false });
      return;
    }
    this.#waiting.push(message);
    if (this.#waiting.length <= this.most) return;
    const passing = this.#waiting.findIndex((one) => !('seq' in one));
    if (passing !== -1) this.#waiting.splice(passing, 1);
    else this.#fail(new ClientError('CLIENT_TOO_SLOW', `More than ${this.most} messages wait for a slow loop`));
  }

  /** What waits is still told. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.left();
    for (const { resolve } of this.#takers.splice(0)) resolve({ value: undefined, done: true });
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const value = this.#waiting.shift();
    if (value !== undefined) return Promise.resolve({ value, done: false });
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve, reject) => this.#takers.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#waiting.length = 0;
    this.end();
    return Promise.resolve({ value: undefined, done: true });
  }

  /** What is queued is told up to the last that fitted, then the error. */
  #fail(error: Error): void {
    this.#waiting.pop();
    this.#error = error;
    this.end();
  }
}
