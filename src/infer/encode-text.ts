/** Encodes a label set in a process of its own, so that no window waits for it and a failure harms none. */
import { fork } from 'node:child_process';
import { entryUrl } from '../core/entry-url.js';
import { ActionwireError } from '../core/errors.js';
import type { PreparedLabels } from './load-model.js';
import type { EncodeReply, EncodeRequest } from './protocol.js';
import { TextTail } from './text-tail.js';

/** A thousand labels with a long text tower on one slow core stay below. Milliseconds. */
const limitMs = 600_000;

/**
 * One embedding a label, `[labels, projection]`, the same bytes as the inference process would make. The process has a low priority and
 * one thread, and is gone when this settles.
 * @throws INFERENCE_FAILED, or the reason of `signal`
 */
export async function encodeText(
  graph: string,
  { tokens, promptCounts }: Pick<PreparedLabels, 'tokens' | 'promptCounts'>,
  signal: AbortSignal,
): Promise<Float32Array> {
  signal.throwIfAborted();
  const reply = await ask({ graph, tokens, promptCounts }, signal);
  if ('error' in reply) throw ActionwireError.fromJSON(reply.error);
  return reply.embeddings;
}

function ask(request: EncodeRequest, signal: AbortSignal): Promise<EncodeReply> {
  return new Promise((resolve, reject) => {
    const errorOutput = new TextTail();
    const child = fork(entryUrl(import.meta.url, './worker/encode-main.js'), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
      killSignal: 'SIGKILL',
      timeout: limitMs,
    });
    const kill = (): void => void child.kill('SIGKILL');
    signal.addEventListener('abort', kill, { once: true });
    let reply: EncodeReply | undefined;
    child.stderr?.on('data', (chunk: Buffer) => errorOutput.add(chunk.toString()));
    child.once('message', (message) => (reply = message as EncodeReply));
    const finish = (how: string): void => {
      signal.removeEventListener('abort', kill);
      if (reply !== undefined) resolve(reply);
      else if (signal.aborted) reject(signal.reason as Error);
      else reject(new ActionwireError('INFERENCE_FAILED', `encoding the labels: ${how}${errorOutput.lastLine()}`));
    };
    child.once('error', (error) => {
      if (child.pid === undefined) finish(`the process could not be started: ${error.message}`);
    });
    child.once('exit', (code, killed) =>
      finish(`the process ended with ${killed ?? `exit code ${code ?? 'unknown'}`}`),
    );
    child.send(request, () => undefined);
  });
}
