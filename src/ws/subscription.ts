/** Which messages one subscriber wants. */
import { matchesGlob } from './glob.js';
import { subscribableTypes, type ClientMessage, type StreamMessage } from './protocol.js';

export type SubscribeRequest = Extract<ClientMessage, { type: 'subscribe' }>;

/** Streams and labels by name, with `*`; missing: all, also later ones. `minScore`: actions whose peak is lower are not told. */
type Chosen = Pick<SubscribeRequest, 'streams' | 'labels' | 'minScore'>;

export type Subscription = Chosen & { readonly types: ReadonlySet<string> };

const onRequestOnly: readonly string[] = ['scores', 'window.dropped'];

/** What a subscriber hears before it asks for anything: everything of every stream, without scores and dropped windows. */
export const defaultSubscription: Subscription = {
  types: new Set<string>(subscribableTypes.filter((type) => !onRequestOnly.includes(type))),
};

/** The subscription asked for by a `subscribe` message; it replaces the one before. */
export function subscriptionOf(request: SubscribeRequest): Subscription {
  const types = new Set<string>(request.types ?? defaultSubscription.types);
  if (request.scores === true) types.add('scores');
  if (request.scores === false) types.delete('scores');
  return { ...chosen(request), types };
}

/** `labels` and `minScore` choose among actions only. A peak never falls, so an action once told is told to its end. */
export function wants({ streams, labels, minScore = 0, types }: Subscription, message: StreamMessage): boolean {
  if (!types.has(message.type) || !isAmong(streams, message.streamId)) return false;
  return 'peak' in message ? message.peak >= minScore && isAmong(labels, message.label) : true;
}

/** The subscription in the words of `ack`. */
export function spoken(subscription: Subscription): Chosen & { types: string[] } {
  return { ...chosen(subscription), types: [...subscription.types] };
}

function isAmong(patterns: readonly string[] | undefined, name: string): boolean {
  return patterns?.some((pattern) => matchesGlob(pattern, name)) ?? true;
}

function chosen({ streams, labels, minScore }: Chosen): Chosen {
  return {
    ...(streams === undefined ? {} : { streams }),
    ...(labels === undefined ? {} : { labels }),
    ...(minScore === undefined ? {} : { minScore }),
  };
}
