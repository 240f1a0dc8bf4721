/** Newline-delimited JSON: one message a line, in the words of the WebSocket protocol (docs/protocol.md). */
import type { Writable } from 'node:stream';
import type { ActionwireMessage } from '../core/types.js';
import { toMessage } from '../ws/index.js';
import type { Output } from './output.js';

/** While more than this waits for a slow reader, scores are left out. Bytes. */
const WAITING_LIMIT_BYTES = 8 * 2 ** 20;

export interface JsonOutputOptions {
  /** Also the scores and drops of every window. */
  readonly scores: boolean;
  /** Leave nothing out, however slow the reader: for replay, whose output is as finite as its recording. */
  readonly lossless: boolean;
}

/**
 * Writes events, states, gaps and, when asked, scores. A live run leaves out scores while 8 MiB wait for the reader, and says at
 * the end how many. Notes go to standard error.
 */
export function jsonOutput(stream: NodeJS.WriteStream | Writable, { scores, lossless }: JsonOutputOptions): Output {
  let leftOut = 0;
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
    close: () => {
      if (leftOut === 0) return;
      process.stderr.write(`${leftOut} lines of scores were left out: standard output was not read in time\n`);
    },
    message: (message: ActionwireMessage) => {
      const total = count(message);
      const optional = message.kind === 'scores' || message.kind === 'dropped';
      if (optional && !scores) return;
      if (optional && !lossless && stream.writableLength > WAITING_LIMIT_BYTES) {
        leftOut += 1;
        return;
      }
      stream.write(`${JSON.stringify(toMessage(message, () => ++seq, total))}\n`);
    },
  };
}
