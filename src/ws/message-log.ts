/** The last lasting messages, bounded by count and bytes, so that a subscriber that comes back hears what it missed. */
import type { StreamMessage } from './protocol.js';

export interface LogEntry {
  readonly seq: number;
  readonly message: StreamMessage;
  /** As sent. */
  readonly bytes: Buffer;
}

export interface Missed {
  /** The first and last number that are lost for good; undefined: everything is still there. */
  readonly lost: { readonly from: number; readonly to: number } | undefined;
  /** What can still be told, in order. */
  readonly entries: readonly LogEntry[];
}

/** Numbers must come in order and without holes, from 1. */
export class MessageLog {
  readonly #entries: LogEntry[] = [];
  #bytes = 0;
  #seq = 0;

  constructor(
    private readonly maxEvents: number,
    private readonly maxBytes: number,
  ) {}

  /** The last number given. */
  get seq(): number {
    return this.#seq;
  }

  append(entry: LogEntry): void {
    this.#seq = entry.seq;
    this.#bytes += entry.bytes.length;
    this.#entries.push(entry);
    while (this.#entries.length > this.maxEvents || this.#bytes > this.maxBytes) {
      this.#bytes -= this.#entries.shift()?.bytes.length ?? 0;
    }
  }

  /** What came after `seq` (0: everything from the beginning). */
  after(seq: number): Missed {
    const oldest = this.#seq - this.#entries.length + 1;
    const lost = seq + 1 < oldest ? { from: seq + 1, to: oldest - 1 } : undefined;
    return { lost, entries: this.#entries.slice(Math.max(0, seq + 1 - oldest)) };
  }
}
