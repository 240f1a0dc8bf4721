/** Prepares what published streams need: the desk that publishers are brought to, and how the server brings them there. */
import { ActionwireError } from './core/errors.js';
import type { WhipOptions } from './http/index.js';
import { PublisherDesk, type SourceSpec } from './stream/index.js';
import type { WhipConfig } from './whip-config.js';

export interface Publishing {
  readonly desk: PublisherDesk;
  readonly whip: WhipOptions;
}

/** @throws ActionwireError `OPTION_INVALID` when there are published streams and no server */
export function openPublishing(config: WhipConfig, sources: readonly SourceSpec[], hasServer: boolean): Publishing {
  const published = sources.find(({ kind }) => kind === 'whip');
  if (published !== undefined && !hasServer) {
    throw new ActionwireError('OPTION_INVALID', `"${published.id}" is published over HTTP and needs the server`, {
      hint: 'Leave out --no-server.',
    });
  }
  const { publishers, iceServers, ports, token, address } = config;
  const desk = new PublisherDesk({
    maxPublishers: publishers,
    ice: { servers: iceServers, ...(ports === undefined ? {} : { ports }) },
  });
  const whip: WhipOptions = {
    intake: desk,
    iceServers,
    ...(token === undefined ? {} : { token }),
    ...(address === undefined ? {} : { address }),
  };
  return { desk, whip };
}
