/** Where in the numbered messages a client is, over any number of connections: decides what is told and what was told before. */
import type { ServerMessage } from '../ws/protocol.js';

/** The last numbered message heard, of this run of the server. */
export interface Cursor {
  readonly epoch: string;
  readonly seq: number;
}

export class CursorKeeper {
  #acknowledged = false;

  constructor(public cursor: Cursor | undefined) {}

  /** A new connection: numbered messages before its `ack` come again after it. */
  reconnected(): void {
    this.#acknowledged = false;
  }

  /**
   * Whether the user is to be told this message. `ack` does not move the cursor: it repeats what was asked, or announces a `gap`, and a connection
   * cut between the two must not lose the gap.
   */
  take(message: ServerMessage): boolean {
    switch (message.type) {
      case 'hello':
        this.cursor ??= { epoch: message.epoch, seq: message.seq };
        return true;
      case 'ack':
        this.#acknowledged = true;
        return false;
      case 'pong':
        this.#moveTo(message.seq);
        return false;
      case 'gap':
        this.cursor = { epoch: message.epoch, seq: message.to };
        return true;
      case 'error':
      case 'streams':
        return true;
      default:
        return this.#acknowledged && (!('seq' in message) || this.#moveTo(message.seq));
    }
  }

  /** Whether it is further on. */
  #moveTo(seq: number): boolean {
    if (!this.#acknowledged || this.cursor === undefined || seq <= this.cursor.seq) return false;
    this.cursor = { ...this.cursor, seq };
    return true;
  }
}
