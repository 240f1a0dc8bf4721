/** How much work waits in a stage, so that a producer which may wait (a replayed file) paces itself by its consumer. */
export interface Backlog {
  /** Resolves once the stage has room for another item; at once when it has. */
  drained(): Promise<void>;
}

/** A backlog that its stage counts: `add()` when an item arrives, `remove()` when it has left. */
export class CountedBacklog implements Backlog {
  #size = 0;
  #waiters: (() => void)[] = [];

  /** `capacity`: how many items the stage may hold, the one being worked on included; at least 1. */
  constructor(private readonly capacity = 2) {}

  /** Items in the stage now. */
  get size(): number {
    return this.#size;
  }

  add(): void {
    this.#size += 1;
  }

  remove(count = 1): void {
    this.#size = Math.max(0, this.#size - count);
    if (this.#size >= this.capacity) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resume of waiters) resume();
  }

  drained(): Promise<void> {
    if (this.#size < this.capacity) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }
}
