/** Newline-delimited JSON: one message a line, in the words of the WebSocket protocol (docs/protocol.md). */
import type { ActionwireMessage } from '../core/types.js';
import { toMessage } from '../ws/index.js';
import type { Output } from './output.js';

/** Writes events, states and gaps; with `withScores` also the scores and drops of every window. Notes go to standard error. */
export function jsonOutput(stream: NodeJS.WritableStream, withScores: boolean): Output {
  let seq = 0;
  const dropped = new Map<string, number>();
  /** Dropped windows of the message's stream so far, this one included. */
  const count = (message: ActionwireMessage): number => {
    if (message.kind !== 'dropped') return 0;
    const total = (dropped.get(message.streamId) ?? 0) + 1;
    dropped.set(message.streamId, total);
    return total;
  };
  return {
    note: (line) => process.stderr.write(`${line}\n`),
    readings: () => undefined,
    close: () => undefined,
    message: (message: ActionwireMessage) => {
      if (!withScores && (message.kind === 'scores' || message.kind === 'dropped')) return;
      stream.write(`${JSON.stringify(toMessage(message, () => ++seq, count(message)))}\n`);
    },
  };
}
