/** One attempt of a published stream: waits for a publisher and runs its decoder process from its offer to its end. */
import { runAttempt, type AttemptHandlers, type Outcome } from '../attempt.js';
import type { DecoderCounters, DecoderSettings } from '../protocol.js';
import type { Publisher } from './publisher.js';
import type { PublisherPlace } from './publisher-desk.js';

/** An offer that cannot be answered is refused, and the waiting goes on: only an answered publisher can be lost. Never rejects. */
export async function runPublished(
  settings: DecoderSettings,
  place: PublisherPlace,
  handlers: AttemptHandlers,
  signal: AbortSignal,
): Promise<Outcome> {
  for (;;) {
    const publisher = await place.next(signal);
    if (publisher === undefined) return { kind: 'aborted' };
    const outcome = await serve(settings, publisher, handlers, signal);
    place.free(publisher);
    if (publisher.isAnswered || outcome.kind === 'aborted') return outcome;
    if (outcome.kind === 'failed') publisher.refuse(outcome.failure);
  }
}

async function serve(
  settings: DecoderSettings,
  publisher: Publisher,
  handlers: AttemptHandlers,
  signal: AbortSignal,
): Promise<Outcome> {
  const { offer, ice, gone } = publisher;
  const onAnswer = (sdp: string): void => publisher.accept(sdp);
  const onCounters = (counters: DecoderCounters): void => {
    publisher.heard(counters.packets);
    handlers.onCounters(counters);
  };
  const order = { type: 'publish', settings, offer, ice } as const;
  const outcome = await runAttempt(order, { ...handlers, onAnswer, onCounters }, AbortSignal.any([signal, gone]));
  if (outcome.kind !== 'aborted' || signal.aborted) return outcome;
  return { kind: 'failed', failure: publisher.farewell };
}
