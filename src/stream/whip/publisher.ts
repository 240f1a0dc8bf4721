/** Somebody who wants to publish to a stream: from the offer to the answer or the refusal, and to the end. */
import { randomUUID } from 'node:crypto';
import { ActionwireError } from '../../core/errors.js';
import { failureCode, type Failure } from '../failure.js';
import type { IceSettings, WhipOffer } from '../protocol.js';

export class Publisher {
  /** Known to the publisher alone. */
  readonly id = randomUUID();
  /** Our session description; rejects with the ActionwireError that refuses the offer. */
  readonly answer: Promise<string>;
  readonly #gone = new AbortController();
  #resolve!: (sdp: string) => void;
  #reject!: (error: ActionwireError) => void;
  #isAnswered = false;

  constructor(
    readonly offer: WhipOffer,
    readonly ice: IceSettings,
  ) {
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever waits for the answer hears of it; nobody may be waiting any more.
    this.answer.catch(() => undefined);
  }

  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** Aborted when the publisher has said that it ends, or is sent away. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  accept(sdp: string): void {
    this.#isAnswered = true;
    this.#resolve(sdp);
  }

  refuse({ kind, message }: Failure): void {
    this.#reject(new ActionwireError(kind === 'corrupt' ? 'WHIP_OFFER_INVALID' : failureCode(kind), message));
  }

  leave(): void {
    this.#gone.abort();
    this.#reject(new ActionwireError('STREAM_UNKNOWN', 'The stream has ended.'));
  }
}
