/** The life of a stream: one table of which status may follow which, and when. */
import type { StreamStatus } from '../core/types.js';

interface Move {
  /** Empty: where every stream begins. */
  readonly from: readonly StreamStatus[];
  readonly to: StreamStatus;
  /** In the words of docs/sources.md, which repeats this table; a test compares both. */
  readonly when: string;
}

export const streamMoves: readonly Move[] = [
  { from: [], to: 'connecting', when: 'the stream is opened' },
  { from: ['connecting'], to: 'live', when: 'the first picture is there' },
  { from: ['live'], to: 'stalled', when: 'no new picture for `stallTimeoutMs`; a watchdog on pictures, not on bytes' },
  { from: ['stalled'], to: 'live', when: 'a picture came after all' },
  { from: ['connecting', 'live', 'stalled'], to: 'lost', when: 'a failure that is worth another attempt' },
  { from: ['lost'], to: 'connecting', when: 'after the back-off, told in `retryInMs`' },
  { from: ['connecting', 'live', 'stalled'], to: 'ended', when: 'the end of a recording' },
  { from: ['connecting', 'live', 'stalled'], to: 'failed', when: 'a failure that is not worth another attempt' },
];

/** @param from undefined: the stream has no status yet */
export function canMove(from: StreamStatus | undefined, to: StreamStatus): boolean {
  return streamMoves.some(
    (move) => move.to === to && (from === undefined ? move.from.length === 0 : move.from.includes(from)),
  );
}

/** True for the statuses after which nothing more is emitted. */
export function isFinal(status: StreamStatus): boolean {
  return !streamMoves.some(({ from }) => from.includes(status));
}

/** Holds the current status and refuses a move that is not in the table: that would be a fault of this program. */
export class StatusMachine {
  #status: StreamStatus | undefined;

  get status(): StreamStatus | undefined {
    return this.#status;
  }

  move(to: StreamStatus): void {
    if (!canMove(this.#status, to)) {
      throw new Error(`stream status cannot move from ${this.#status ?? 'nothing'} to ${to}`);
    }
    this.#status = to;
  }
}
