/** Which messages one subscriber wants. */
import { subscribableTypes, type ClientMessage, type ServerMessage, type StreamMessage } from './protocol.js';

export interface Subscription {
  /** Undefined: every stream, also ones added later. */
  readonly streams: ReadonlySet<string> | undefined;
  readonly types: ReadonlySet<string>;
}

const onRequestOnly: readonly string[] = ['scores', 'window.dropped'];

/** What a subscriber hears before it asks for anything: everything of every stream, without scores and dropped windows. */
export const defaultSubscription: Subscription = {
  streams: undefined,
  types: new Set<string>(subscribableTypes.filter((type) => !onRequestOnly.includes(type))),
};

/** The subscription asked for by a `subscribe` message; it replaces the one before. */
export function subscriptionOf(request: Extract<ClientMessage, { type: 'subscribe' }>): Subscription {
  const types = new Set<string>(request.types ?? defaultSubscription.types);
  if (request.scores === true) types.add('scores');
  if (request.scores === false) types.delete('scores');
  return { streams: request.streams === undefined ? undefined : new Set(request.streams), types };
}

export function wants({ streams, types }: Subscription, message: StreamMessage): boolean {
  return types.has(message.type) && (streams?.has(message.streamId) ?? true);
}

export function subscribedMessage({ streams, types }: Subscription): Extract<ServerMessage, { type: 'subscribed' }> {
  return { type: 'subscribed', ...(streams === undefined ? {} : { streams: [...streams] }), types: [...types] };
}
