/** Entry of the process that encodes one label set: answers one request and ends; ends with its parent, too. */
import { constants, setPriority } from 'node:os';
import { asActionwireError } from '../../core/errors.js';
import type { EncodeReply, EncodeRequest } from '../protocol.js';
import { encodeLabels } from './encode-labels.js';
import { openSession } from './open-session.js';
import { sessionOptions } from './session-options.js';

async function encode({ graph, tokens, promptCounts }: EncodeRequest): Promise<EncodeReply> {
  try {
    const session = await openSession(graph, 'cpu', sessionOptions('cpu', 1));
    const { data } = await encodeLabels(session, tokens, promptCounts);
    return { embeddings: data as Float32Array };
  } catch (error) {
    return { error: asActionwireError(error, 'INFERENCE_FAILED').toJSON() };
  }
}

// A terminal sends Ctrl-C, and a service manager SIGTERM, to the whole group: when to stop is the parent's decision.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(0));
setPriority(constants.priority.PRIORITY_LOW);
process.once('message', (request) => {
  void encode(request as EncodeRequest).then((reply) => {
    process.send?.(reply, undefined, undefined, () => process.exit(0));
  });
});
