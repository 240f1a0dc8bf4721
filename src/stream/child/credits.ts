/** Counts how many more frames the program is ready to take. */
import { once } from 'node:events';

export class Credits {
  readonly #given = new EventTarget();

  constructor(private left: number) {}

  /** Takes one if there is one. */
  tryTake(): boolean {
    if (this.left === 0) return false;
    this.left--;
    return true;
  }

  /** Takes one, waiting for it if needed; resolves false when `signal` aborts first. */
  async take(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      if (this.tryTake()) return true;
      await once(this.#given, 'given', { signal }).catch(() => undefined);
    }
    return false;
  }

  give(): void {
    this.left++;
    this.#given.dispatchEvent(new Event('given'));
  }
}
