/** Holds pictures of a recording back until their time has come. */
import { setTimeout as sleep } from 'node:timers/promises';

/** How far behind the media's own pace we may fall before starting to count from now. Milliseconds. */
const maxLateMs = 1000;

export class Pacer {
  #anchor: { readonly ptsMs: number; readonly wallMs: number } | undefined;

  constructor(private readonly signal: AbortSignal) {}

  /** The next picture starts a new timeline. */
  reset(): void {
    this.#anchor = undefined;
  }

  /** Resolves when the picture at `ptsMs` is due: at once for the first one and when late. Rejects on abort. */
  async wait(ptsMs: number): Promise<void> {
    const now = performance.now();
    const aheadMs = this.#anchor === undefined ? 0 : ptsMs - this.#anchor.ptsMs - (now - this.#anchor.wallMs);
    if (this.#anchor === undefined || aheadMs < -maxLateMs) this.#anchor = { ptsMs, wallMs: now };
    if (aheadMs > 0) await sleep(aheadMs, undefined, { signal: this.signal });
  }
}
