/** Reads chosen pictures out of a recording: counts them, asks which are wanted, and hands those over, resized. */
import { once } from 'node:events';
import type { Frame } from 'node-av/lib';
import type { ChildMessage, ReadSettings } from '../protocol.js';
import { SourceFailure } from './averror.js';
import { Credits } from './credits.js';
import { Decoder, type Sink } from './decoder.js';
import { resizeChain } from './filter-chain.js';
import type { OpenInput } from './input.js';
import { PictureFilter } from './picture-filter.js';
import { rotationFilters } from './rotation.js';
import type { Session } from './session.js';

/** A recording is counted by its packets, then by its decoded pictures; whoever gives a third number is damaged. */
const maxPasses = 3;

export class ReadSession implements Session {
  readonly decoder: Decoder;
  readonly credits: Credits;
  readonly #picks = new EventTarget();
  #picked: readonly number[] | undefined;

  constructor(
    private readonly settings: ReadSettings,
    private readonly send: (message: ChildMessage) => void,
  ) {
    this.decoder = new Decoder(settings, send);
    this.credits = new Credits(settings.credits);
  }

  /** The program's answer to `counted`. */
  pick(indices: readonly number[]): void {
    this.#picked = indices;
    this.#picks.dispatchEvent(new Event('picked'));
  }

  async run(): Promise<void> {
    const last = await this.#read().catch((error: unknown) => this.decoder.failedMessage(error));
    if (!this.decoder.signal.aborted) this.send(last);
  }

  /** The number of pictures decides which are wanted, so a number that turns out wrong means another pass. */
  async #read(): Promise<ChildMessage> {
    let expected = await this.decoder.countPackets();
    for (let pass = 0; pass < maxPasses && expected > 0 && !this.decoder.signal.aborted; pass++) {
      this.send({ type: 'counted', pictures: expected });
      const found = await this.#pass(await this.#nextPick());
      if (found === expected) return { type: 'ended' };
      expected = found;
    }
    const message = expected > 0 ? 'It never has the same number of pictures twice.' : 'It has no pictures.';
    throw new SourceFailure({ kind: 'corrupt', message });
  }

  async #pass(indices: readonly number[]): Promise<number> {
    const { counters } = this.decoder;
    const before = counters.decoded;
    await this.decoder.decode((input) => this.#sink(input, new Set(indices), before));
    return counters.decoded - before;
  }

  #sink(input: OpenInput, wanted: ReadonlySet<number>, before: number): Sink {
    const { counters, signal } = this.decoder;
    const rotation = rotationFilters(input.displayMatrix);
    const filter = new PictureFilter((size) => resizeChain(this.settings.resize, rotation, size));
    return {
      take: async (picture: Frame) => {
        const index = counters.decoded++ - before;
        if (!wanted.has(index)) return;
        const prepared = filter.prepare(picture);
        if (await this.credits.take(signal)) this.send({ type: 'picture', index, ...prepared });
      },
      close: () => filter.close(),
    };
  }

  async #nextPick(): Promise<readonly number[]> {
    const { signal } = this.decoder;
    while (this.#picked === undefined && !signal.aborted) {
      await once(this.#picks, 'picked', { signal }).catch(() => undefined);
    }
    const picked = this.#picked ?? [];
    this.#picked = undefined;
    return picked;
  }
}
