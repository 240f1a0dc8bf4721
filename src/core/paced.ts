/** Turns an async iterable into an Observable that asks for the next item only when the consumer says it is ready. */
import { Observable } from 'rxjs';

/**
 * Pulls `source` one item at a time; after each emission waits for `ready()`. With an immediate `ready` this is a plain
 * conversion; in replay mode `ready` waits until the windows handed on are inferred, so nothing piles up and nothing is lost.
 * Unsubscribing calls the iterator's `return()`.
 */
export function paced<T>(
  source: AsyncIterable<T>,
  ready: () => Promise<void> = () => Promise.resolve(),
): Observable<T> {
  return new Observable<T>((subscriber) => {
    const iterator = source[Symbol.asyncIterator]();
    const pull = async (): Promise<void> => {
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
        if (subscriber.closed) return;
        subscriber.next(next.value);
        await ready();
      }
      subscriber.complete();
    };
    pull().catch((error: unknown) => subscriber.error(error));
    return () => void iterator.return?.();
  });
}
