/** One stream's work in its decoder process: play the source, once or again and again, and hand over the sampled, prepared pictures. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildMessage, DecoderSettings } from '../protocol.js';
import { Credits } from './credits.js';
import { Decoder } from './decoder.js';
import { loopPauseMs } from './loop-pause.js';
import { PictureSink } from './picture-sink.js';

/** What every kind of work in a decoder process can be told. */
export interface Session {
  readonly decoder: Pick<Decoder, 'counters' | 'stop'>;
  readonly credits: Credits;
  /** Runs to the end of the source, to a failure (both are sent) or to a stop; then everything native is freed. */
  run(): Promise<void>;
}

export class DecodeSession implements Session {
  readonly decoder: Decoder;
  readonly credits: Credits;

  constructor(
    private readonly settings: DecoderSettings,
    private readonly send: (message: ChildMessage) => void,
  ) {
    this.decoder = new Decoder(settings, send);
    this.credits = new Credits(settings.credits);
  }

  async run(): Promise<void> {
    const { signal, counters } = this.decoder;
    const last = await this.#runPasses().catch((error: unknown) => this.decoder.failedMessage(error));
    this.send({ type: 'counters', counters });
    if (!signal.aborted) this.send(last);
  }

  async #runPasses(): Promise<ChildMessage> {
    const { signal, counters } = this.decoder;
    for (let pass = 0; !signal.aborted; pass++) {
      if (pass > 0) this.send({ type: 'gap', reason: 'timestamp-jump' });
      const begunAt = performance.now();
      const durationMs = await this.decoder.decode(
        (input) => new PictureSink(this.settings, input, this.credits, counters, this.send, signal),
      );
      if (!this.settings.loop) break;
      await this.#pause(loopPauseMs(this.settings, durationMs, performance.now() - begunAt));
    }
    return { type: 'ended' };
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.decoder.signal }).catch(() => undefined);
  }
}
