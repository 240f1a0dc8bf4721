/** Starts the next pieces of work while the present one is used, so that two kinds of work overlap; results keep their order. */

/**
 * Yields `work(item)` for each item in order, with up to `ahead` further ones under way. Leaving early, an error or `signal`
 * aborts what is under way, and waits until it is over.
 * @throws the error of the first item, in order, whose work failed; nothing for what `signal` ended
 */
export async function* prefetch<Item, Result>(
  items: readonly Item[],
  ahead: number,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
  signal: AbortSignal,
): AsyncGenerator<Result> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const running: Promise<Result>[] = [];
  const start = (item: Item): void => {
    const result = work(item, either);
    // Whoever takes the result hears of its failure; until then it must not count as unhandled.
    result.catch(() => undefined);
    running.push(result);
  };
  let next = 0;
  try {
    while (!signal.aborted) {
      for (let item = items[next]; item !== undefined && running.length <= ahead; item = items[next]) {
        start(item);
        next++;
      }
      const first = running.shift();
      if (first === undefined) return;
      const result = await first;
      yield result;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    stop.abort();
    await Promise.allSettled(running);
  }
}
