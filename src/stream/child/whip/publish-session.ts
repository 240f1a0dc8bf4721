/** A publisher's work in its decoder process: answer the offer, decode what comes, and hand over the sampled, prepared pictures. */
import type { Frame } from 'node-av/lib';
import { openTimeout, type Failure } from '../../failure.js';
import { zeroCounters, type ChildMessage, type DecoderCounters, type DecoderOrder } from '../../protocol.js';
import { SourceFailure } from '../averror.js';
import { Credits } from '../credits.js';
import { PictureSink } from '../picture-sink.js';
import type { Session } from '../session.js';
import { Watchdog } from '../watchdog.js';
import { Peer } from './peer.js';
import { PictureAssembler, type TimedPicture } from './picture-assembler.js';
import { parseRtp } from './rtp-packet.js';
import { VideoDecoder, videoTimeBase } from './video-decoder.js';

type Order = Extract<DecoderOrder, { type: 'publish' }>;

/** How long a publisher may take over a key picture before it is asked again. Milliseconds. */
const askAgainMs = 500;

/** Coded pictures that may wait for the decoder: one second of a usual camera. */
const maxWaiting = 30;

export class PublishSession implements Session {
  readonly decoder: Session['decoder'];
  readonly credits: Credits;
  readonly #counters: DecoderCounters = { ...zeroCounters };
  readonly #abort = new AbortController();
  readonly #assembler: PictureAssembler;
  readonly #peer: Peer;
  #waiting: TimedPicture[] = [];
  #wake: (() => void) | undefined;
  #failure: Failure | undefined;
  #askedAtMs = -Infinity;
  #hasPicture = false;

  constructor(
    private readonly order: Order,
    private readonly send: (message: ChildMessage) => void,
  ) {
    const { settings, offer, ice } = order;
    this.credits = new Credits(settings.credits);
    this.decoder = { counters: this.#counters, stop: () => this.#finish(undefined) };
    this.#assembler = new PictureAssembler(offer.video.codec, offer.video.payloadType);
    this.#peer = new Peer(ice, {
      onPacket: (data) => this.#receive(data),
      onConnected: () => this.#askForKey(),
      onClosed: () => this.#finish({ kind: 'ended', message: 'The publisher has left.' }),
    });
  }

  async run(): Promise<void> {
    this.send({ type: 'opening' });
    const failure = await this.#publish().catch((error: unknown) => failureFrom(error));
    this.#peer.close();
    this.send({ type: 'counters', counters: this.#counters });
    if (failure !== undefined) this.send({ type: 'failed', failure });
  }

  /** @returns why it is over; undefined when it was stopped */
  async #publish(): Promise<Failure | undefined> {
    const { openTimeoutMs, stallTimeoutMs } = this.order.settings;
    this.send({ type: 'answer', sdp: await this.#peer.answer(this.order.offer) });
    const stalled: Failure = { kind: 'stalled', message: `No picture came for ${2 * stallTimeoutMs} ms.` };
    const opening = new Watchdog([{ afterMs: openTimeoutMs, act: () => this.#finish(openTimeout(openTimeoutMs)) }]);
    const pictures = new Watchdog([
      { afterMs: stallTimeoutMs, act: () => this.send({ type: 'stalled' }) },
      { afterMs: 2 * stallTimeoutMs, act: () => this.#finish(stalled) },
    ]);
    opening.resume();
    try {
      await this.#decodeAll(() => {
        opening.pause();
        pictures.resume();
        pictures.feed();
      });
    } finally {
      opening.pause();
      pictures.pause();
    }
    return this.#failure;
  }

  async #decodeAll(onPicture: () => void): Promise<void> {
    const decoder = await VideoDecoder.open(this.order.offer.video.codec);
    const sink = this.#sink();
    try {
      for (let coded = await this.#next(); coded !== undefined; coded = await this.#next()) {
        const good = await decoder.decode(coded, async (frame) => {
          onPicture();
          this.#tellOpened(frame);
          await sink.take(frame);
        });
        if (!good) this.#lose();
      }
    } finally {
      decoder.close();
      sink.close();
    }
  }

  #sink(): PictureSink {
    const origin = {
      canOutrun: false,
      displayMatrix: null,
      info: this.#info({ width: 0, height: 0 }),
      startMs: 0,
      stream: { timeBase: videoTimeBase },
    };
    return new PictureSink(this.order.settings, origin, this.credits, this.#counters, this.send, this.#abort.signal);
  }

  #info({ width, height }: Pick<Frame, 'width' | 'height'>): {
    codec: string;
    width: number;
    height: number;
    endless: true;
  } {
    return { codec: this.order.offer.video.codec, width, height, endless: true };
  }

  #tellOpened(frame: Frame): void {
    if (this.#hasPicture) return;
    this.#hasPicture = true;
    this.send({ type: 'opened', info: this.#info(frame) });
  }

  #receive(data: Buffer): void {
    const packet = parseRtp(data);
    if (packet === undefined || this.#abort.signal.aborted) return;
    const leftOut = this.#assembler.leftOut;
    for (const picture of this.#assembler.push(packet, performance.now())) this.#queue(picture);
    this.#counters.decodeErrors += this.#hasPicture ? this.#assembler.leftOut - leftOut : 0;
    if (this.#assembler.needsKey) this.#askForKey();
  }

  #queue(picture: TimedPicture): void {
    this.#counters.packets++;
    this.#waiting.push(picture);
    if (this.#waiting.length > maxWaiting) {
      this.#counters.decodeErrors += this.#waiting.length - 1;
      this.#waiting = [];
      this.#lose();
    }
    this.#wake?.();
  }

  /** One more picture that cannot be shown, and none before the next key picture. */
  #lose(): void {
    this.#counters.decodeErrors++;
    this.#assembler.waitForKey();
    this.#askForKey();
  }

  #askForKey(): void {
    const now = performance.now();
    if (now - this.#askedAtMs < askAgainMs) return;
    this.#askedAtMs = now;
    this.#peer.requestKey();
  }

  async #next(): Promise<TimedPicture | undefined> {
    while (this.#waiting.length === 0 && !this.#abort.signal.aborted) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
    }
    return this.#abort.signal.aborted ? undefined : this.#waiting.shift();
  }

  #finish(failure: Failure | undefined): void {
    if (this.#abort.signal.aborted) return;
    this.#failure = failure;
    this.#abort.abort();
    this.#wake?.();
  }
}

function failureFrom(error: unknown): Failure {
  if (error instanceof SourceFailure) return error.failure;
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'crashed', message: `The decoder failed: ${message}.` };
}
