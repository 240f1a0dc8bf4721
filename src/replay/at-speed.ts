/** Holds the frames of a recording back until their media time has come, at a multiple of its own speed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamItem } from '../core/types.js';

/** `max`: as fast as the consumer takes them. Else media seconds per second of wall time, > 0. */
export type Speed = number | 'max';

/**
 * The same items in the same order, whatever the speed. A consumer that was slow is given the late frames at once, until it has caught
 * up. Aborting `signal` ends the waiting, not the items.
 */
export async function* atSpeed(
  items: AsyncIterable<StreamItem>,
  speed: Speed,
  signal: AbortSignal,
): AsyncGenerator<StreamItem, void, undefined> {
  let begun: { readonly ptsMs: number; readonly wallMs: number } | undefined;
  for await (const item of items) {
    if (item.kind === 'frame' && speed !== 'max') {
      const { ptsMs } = item.frame;
      begun ??= { ptsMs, wallMs: performance.now() };
      const aheadMs = (ptsMs - begun.ptsMs) / speed - (performance.now() - begun.wallMs);
      if (aheadMs > 0) await sleep(aheadMs, undefined, { signal }).catch(() => undefined);
    }
    yield item;
  }
}
