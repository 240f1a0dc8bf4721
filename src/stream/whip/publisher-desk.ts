/** Where publishers ask in: one at a time for each stream, and no more than so many in all. */
import { ActionwireError } from '../../core/errors.js';
import type { IceSettings } from '../protocol.js';
import { Publisher } from './publisher.js';
import { readOffer } from './read-offer.js';

export interface DeskOptions {
  /** Publishers of all streams together. */
  readonly maxPublishers: number;
  /** Where packets are awaited; the address differs from publisher to publisher. */
  readonly ice: Omit<IceSettings, 'address'>;
}

export interface Published {
  /** Names the publication in `end`. */
  readonly sessionId: string;
  /** Our session description. */
  readonly answer: string;
}

export class PublisherDesk {
  readonly #places = new Map<string, PublisherPlace>();

  constructor(private readonly options: DeskOptions) {}

  /** A stream begins to take publishers; it closes its place itself. */
  open(streamId: string): PublisherPlace {
    const place = new PublisherPlace(() => this.#places.delete(streamId));
    this.#places.set(streamId, place);
    return place;
  }

  /**
   * @param sdp the offer
   * @param address of this machine, at which the publisher can reach it
   * @throws ActionwireError STREAM_UNKNOWN, WHIP_BUSY, WHIP_LIMIT, WHIP_OFFER_INVALID, WHIP_CODEC_UNSUPPORTED, or that of the decoder process (SOURCE_...)
   */
  async publish(streamId: string, sdp: string, address: string): Promise<Published> {
    const place = this.#placeOf(streamId);
    if (place.isBusy) throw new ActionwireError('WHIP_BUSY', `Somebody publishes to "${streamId}" already.`);
    if (this.#countBeside(place) >= this.options.maxPublishers) {
      throw new ActionwireError('WHIP_LIMIT', `At most ${this.options.maxPublishers} may publish at once.`);
    }
    const publisher = new Publisher(readOffer(sdp), { ...this.options.ice, address });
    place.take(publisher);
    return { sessionId: publisher.id, answer: await publisher.answer };
  }

  /** Ends a publication. @throws ActionwireError STREAM_UNKNOWN, WHIP_SESSION_UNKNOWN */
  end(streamId: string, sessionId: string): void {
    if (this.#placeOf(streamId).end(sessionId)) return;
    throw new ActionwireError('WHIP_SESSION_UNKNOWN', 'There is no such publication; it may have ended.');
  }

  #placeOf(streamId: string): PublisherPlace {
    const place = this.#places.get(streamId);
    if (place === undefined) {
      throw new ActionwireError('STREAM_UNKNOWN', 'There is no stream of that name that takes publishers.');
    }
    return place;
  }

  /** Those who have vanished still have their process, and count. */
  #countBeside(place: PublisherPlace): number {
    return [...this.#places.values()].filter((other) => other !== place && other.isTaken).length;
  }
}

/** The one place of a stream. */
export class PublisherPlace {
  #publisher: Publisher | undefined;
  /** Whether `next` has given the publisher out. */
  #isServed = false;
  #wake: (() => void) | undefined;

  constructor(private readonly onClose: () => void) {}

  get isTaken(): boolean {
    return this.#publisher !== undefined;
  }

  /** Whether somebody has the place and may keep it. */
  get isBusy(): boolean {
    return this.#publisher?.hasVanished === false;
  }

  take(publisher: Publisher): void {
    this.#publisher?.giveWay();
    this.#publisher = publisher;
    this.#isServed = false;
    this.#wake?.();
  }

  /** The next publisher, waiting for one; undefined when `signal` aborts first. One caller at a time. */
  async next(signal: AbortSignal): Promise<Publisher | undefined> {
    const wake = (): void => this.#wake?.();
    signal.addEventListener('abort', wake);
    while (!signal.aborted && (this.#publisher === undefined || this.#isServed)) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    signal.removeEventListener('abort', wake);
    this.#wake = undefined;
    this.#isServed = true;
    return signal.aborted ? undefined : this.#publisher;
  }

  /** The publisher is done with: another may come. */
  free(publisher: Publisher): void {
    if (this.#publisher === publisher) this.#publisher = undefined;
  }

  /** False when the publication is not the one going on. */
  end(sessionId: string): boolean {
    const publisher = this.#publisher;
    if (publisher?.id !== sessionId) return false;
    this.free(publisher);
    publisher.leave();
    return true;
  }

  close(): void {
    this.onClose();
    this.#publisher?.leave();
    this.#publisher = undefined;
  }
}
