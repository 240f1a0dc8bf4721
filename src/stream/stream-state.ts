/** The life of a stream: which status may follow which. */
import type { StreamStatus } from '../core/types.js';

const moves: Readonly<Record<StreamStatus, readonly StreamStatus[]>> = {
  connecting: ['live', 'lost', 'ended', 'failed'],
  live: ['stalled', 'lost', 'ended', 'failed'],
  stalled: ['live', 'lost', 'ended', 'failed'],
  lost: ['connecting'],
  ended: [],
  failed: [],
};

export function canMove(from: StreamStatus, to: StreamStatus): boolean {
  return moves[from].includes(to);
}

/** True for the statuses after which nothing more is emitted. */
export function isFinal(status: StreamStatus): boolean {
  return moves[status].length === 0;
}

/** Holds the current status and refuses a move that is not in the table: that would be a fault of this program. */
export class StatusMachine {
  #status: StreamStatus | undefined;

  get status(): StreamStatus | undefined {
    return this.#status;
  }

  move(to: StreamStatus): void {
    const allowed = this.#status === undefined ? to === 'connecting' || to === 'failed' : canMove(this.#status, to);
    if (!allowed) throw new Error(`stream status cannot move from ${this.#status ?? 'nothing'} to ${to}`);
    this.#status = to;
  }
}
