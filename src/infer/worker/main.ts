/** Entry of the inference process: the only place where ONNX Runtime is loaded and runs. Ends with its parent. */
import { asActionwireError } from '../../core/errors.js';
import type { InferRequest, OpenRequest, Reply, Request } from '../protocol.js';
import { ModelSessions } from './model-sessions.js';

let sessions: ModelSessions | undefined;

/** A reply that can no longer be delivered is of no use to anybody: the parent is gone, and `disconnect` ends this process. */
function reply(message: Reply): void {
  process.send?.(message, undefined, undefined, () => undefined);
}

async function open(request: OpenRequest): Promise<void> {
  try {
    sessions = await ModelSessions.open(request);
    reply({ type: 'opened', coverage: sessions.coverage });
  } catch (error) {
    reply({ type: 'failed', error: asActionwireError(error, 'INFERENCE_FAILED').toJSON() });
  }
}

async function infer({ id, items }: InferRequest): Promise<void> {
  try {
    if (sessions === undefined) throw new Error('a window came before the model');
    reply({ type: 'scores', id, ...(await sessions.run(items)) });
  } catch (error) {
    reply({ type: 'failed', id, error: asActionwireError(error, 'INFERENCE_FAILED').toJSON() });
  }
}

async function handle(request: Request): Promise<void> {
  switch (request.type) {
    case 'open':
      return open(request);
    case 'infer':
      return infer(request);
    case 'forget':
      return sessions?.forget(request.streamId);
    case 'vocabulary':
      return sessions?.vocabularies.add(request.id, request);
    case 'forget-vocabulary':
      return sessions?.vocabularies.forget(request.id);
    default:
      throw new Error(`unknown request ${JSON.stringify(request satisfies never)}`);
  }
}

// A terminal sends Ctrl-C, and a service manager SIGTERM, to the whole group: when to stop is the parent's decision.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(0));
// One after the other, so that a stream is forgotten only after its window in flight.
let previous = Promise.resolve();
process.on('message', (request) => {
  previous = previous.then(() => handle(request as Request));
});
reply({ type: 'ready' });
