/** Somebody who wants to publish to a stream: from the offer to the answer or the refusal, and to the end. */
import { randomUUID } from 'node:crypto';
import { ActionwireError } from '../../core/errors.js';
import { failureCode, type Failure } from '../failure.js';
import type { IceSettings, WhipOffer } from '../protocol.js';

/** Who was answered and has sent nothing for so long has vanished, and may be replaced. Milliseconds. */
const vanishedMs = 2000;

export class Publisher {
  /** Known to the publisher alone. */
  readonly id = randomUUID();
  /** Our session description; rejects with the ActionwireError that refuses the offer. */
  readonly answer: Promise<string>;
  readonly #gone = new AbortController();
  #resolve!: (sdp: string) => void;
  #reject!: (error: ActionwireError) => void;
  #isAnswered = false;
  /** When the last picture was heard of, or else the answer given. */
  #heardAtMs: number | undefined;
  #pictures = 0;
  #farewell: Failure = { kind: 'ended', message: 'The publisher has left.' };

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

  /** Whether nothing comes any more, although nobody has said that this is the end. */
  get hasVanished(): boolean {
    return this.#heardAtMs !== undefined && performance.now() - this.#heardAtMs > vanishedMs;
  }

  /** Aborted when the publisher has said that it ends, or is sent away; `farewell` tells which. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** What the stream is told once the publisher is gone. */
  get farewell(): Failure {
    return this.#farewell;
  }

  accept(sdp: string): void {
    this.#isAnswered = true;
    this.#heardAtMs = performance.now();
    this.#resolve(sdp);
  }

  /** @param pictures how many have come so far */
  heard(pictures: number): void {
    if (pictures === this.#pictures) return;
    this.#pictures = pictures;
    this.#heardAtMs = performance.now();
  }

  /** Another one takes the place of this one, which has vanished. */
  giveWay(): void {
    this.#farewell = { kind: 'stalled', message: 'The publisher fell silent, and another took its place.' };
    this.leave();
  }

  refuse({ kind, message }: Failure): void {
    this.#reject(new ActionwireError(kind === 'corrupt' ? 'WHIP_OFFER_INVALID' : failureCode(kind), message));
  }

  leave(): void {
    this.#gone.abort();
    this.#reject(new ActionwireError('STREAM_UNKNOWN', 'The stream has ended.'));
  }
}
