/** Gives turns to waiting requests one at a time, first come first served; a request may be withdrawn while it waits. */
export class TurnQueue<T> {
  readonly #waiting = new Set<T>();

  get size(): number {
    return this.#waiting.size;
  }

  add(request: T): void {
    this.#waiting.add(request);
  }

  /** The request that has waited longest. */
  get first(): T | undefined {
    const [request] = this.#waiting;
    return request;
  }

  /** The request that has waited longest, removed from the queue. */
  next(): T | undefined {
    for (const request of this.#waiting) {
      this.#waiting.delete(request);
      return request;
    }
    return undefined;
  }

  /** True when the request was still waiting. */
  withdraw(request: T): boolean {
    return this.#waiting.delete(request);
  }

  /** Empties the queue and returns what waited, oldest first. */
  drain(): T[] {
    const requests = [...this.#waiting];
    this.#waiting.clear();
    return requests;
  }
}
