/** Counts how many more frames the program is ready to take. */

export class Credits {
  #waiting: (() => void) | undefined;

  constructor(private left: number) {}

  /** Takes one if there is one. */
  tryTake(): boolean {
    if (this.left === 0) return false;
    this.left--;
    return true;
  }

  /** Takes one, waiting for it if needed; resolves false when `signal` aborts first. */
  async take(signal: AbortSignal): Promise<boolean> {
    while (!this.tryTake()) {
      if (signal.aborted) return false;
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return !signal.aborted;
  }

  give(): void {
    this.left++;
    this.#waiting?.();
    this.#waiting = undefined;
  }
}
