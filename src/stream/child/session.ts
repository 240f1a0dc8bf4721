/** One decoder process's work: open the source, decode it, and hand over the sampled, prepared pictures. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AVERROR_EAGAIN, AVERROR_EOF, AV_LOG_QUIET } from 'node-av/constants';
import { FormatContext, Frame, Log, Packet } from 'node-av/lib';
import { openTimeout, type Failure } from '../failure.js';
import { zeroCounters, type ChildMessage, type DecoderCounters, type DecoderSettings } from '../protocol.js';
import { SourceFailure, failureOf, throwIfFailed } from './averror.js';
import { Credits } from './credits.js';
import { OpenInput } from './input.js';
import { loopPauseMs } from './loop-pause.js';
import { PictureSink } from './picture-sink.js';
import { Watchdog } from './watchdog.js';

/** How long to wait before asking a device again that has no picture yet. Milliseconds. */
const retryReadMs = 5;

export class DecodeSession {
  readonly counters: DecoderCounters = { ...zeroCounters };
  readonly credits: Credits;
  readonly #abort = new AbortController();
  #demuxer: FormatContext | undefined;
  /** Why we interrupted FFmpeg ourselves; its own error then says nothing. */
  #interrupted: Failure | undefined;

  constructor(
    private readonly settings: DecoderSettings,
    private readonly send: (message: ChildMessage) => void,
  ) {
    // FFmpeg's own log could name the URL.
    Log.setLevel(AV_LOG_QUIET);
    this.credits = new Credits(settings.credits);
  }

  /** Runs to the end of the source, to a failure (both are sent) or to `stop`; then everything native is freed. */
  async run(): Promise<void> {
    const last = await this.#runPasses().catch((error: unknown) => this.#failedMessage(error));
    this.send({ type: 'counters', counters: this.counters });
    if (!this.#abort.signal.aborted) this.send(last);
  }

  /** Makes `run` return soon, whatever it waits for. */
  stop(): void {
    this.#abort.abort();
    this.#demuxer?.interrupt();
  }

  async #runPasses(): Promise<ChildMessage> {
    for (let pass = 0; !this.#abort.signal.aborted; pass++) {
      if (pass > 0) this.send({ type: 'gap', reason: 'timestamp-jump' });
      const begunAt = performance.now();
      const durationMs = await this.#pass();
      if (!this.settings.loop) break;
      await this.#pause(loopPauseMs(this.settings, durationMs, performance.now() - begunAt));
    }
    return { type: 'ended' };
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#abort.signal }).catch(() => undefined);
  }

  /** Once through the source, from opening to its end; answers how long its container says it is. */
  async #pass(): Promise<number> {
    const demuxer = new FormatContext();
    // Before openInput: this installs the callback that makes `interrupt` work.
    demuxer.allocContext();
    this.#demuxer = demuxer;
    let input: OpenInput | undefined;
    try {
      input = await this.#open(demuxer);
      this.send({ type: 'opened', info: input.info });
      await this.#decode(input);
      this.#checkEnd(input);
      return input.durationMs;
    } finally {
      this.#demuxer = undefined;
      await (input === undefined ? demuxer.closeInput() : input.close());
    }
  }

  async #open(demuxer: FormatContext): Promise<OpenInput> {
    const { openTimeoutMs, plan } = this.settings;
    const watchdog = new Watchdog([{ afterMs: openTimeoutMs, act: () => this.#interrupt(openTimeout(openTimeoutMs)) }]);
    this.send({ type: 'opening' });
    watchdog.resume();
    try {
      return await OpenInput.open(demuxer, plan);
    } finally {
      watchdog.pause();
    }
  }

  async #decode(input: OpenInput): Promise<void> {
    const watchdog = this.#pictureWatchdog();
    const sink = new PictureSink(this.settings, input, this.credits, this.counters, this.send, this.#abort.signal);
    const packet = new Packet();
    const frame = new Frame();
    packet.alloc();
    frame.alloc();
    try {
      while (!this.#abort.signal.aborted && (await this.#read(input, packet, watchdog))) {
        await this.#feed(input, packet, frame, sink, watchdog);
      }
      if (!this.#abort.signal.aborted) await this.#feed(input, null, frame, sink, watchdog);
    } finally {
      watchdog.pause();
      frame.free();
      packet.free();
      sink.close();
    }
  }

  /** Reads the next packet of the video; false at the end of the source. */
  async #read({ demuxer, stream }: OpenInput, packet: Packet, watchdog: Watchdog): Promise<boolean> {
    watchdog.resume();
    try {
      for (;;) {
        const code = await demuxer.readFrame(packet);
        if (this.#interrupted !== undefined) throw new SourceFailure(this.#interrupted);
        if (this.#abort.signal.aborted || code === AVERROR_EOF) return false;
        if (code === AVERROR_EAGAIN) {
          await sleep(retryReadMs);
          continue;
        }
        throwIfFailed(code);
        if (packet.streamIndex === stream.index) return true;
        packet.unref();
      }
    } finally {
      watchdog.pause();
    }
  }

  /** Decodes one packet (null: what the decoder still holds) and passes its pictures on. */
  async #feed(
    input: OpenInput,
    packet: Packet | null,
    frame: Frame,
    sink: PictureSink,
    watchdog: Watchdog,
  ): Promise<void> {
    if (packet !== null) this.counters.packets++;
    const sent = input.decoder.sendPacketSync(packet);
    packet?.unref();
    if (sent < 0 && sent !== AVERROR_EAGAIN) this.counters.decodeErrors++;
    for (;;) {
      const received = input.decoder.receiveFrameSync(frame);
      if (received === AVERROR_EAGAIN || received === AVERROR_EOF) return;
      if (received < 0) {
        this.counters.decodeErrors++;
        return;
      }
      watchdog.feed();
      try {
        await sink.take(frame);
      } finally {
        frame.unref();
      }
      if (this.#abort.signal.aborted) return;
    }
  }

  #checkEnd(input: OpenInput): void {
    if (this.#abort.signal.aborted) return;
    if (input.info.endless) throw new SourceFailure(failureOf(AVERROR_EOF));
    if (this.counters.decoded === 0) {
      throw new SourceFailure({ kind: 'corrupt', message: 'Not one picture could be decoded.' });
    }
  }

  #pictureWatchdog(): Watchdog {
    const { stallTimeoutMs } = this.settings;
    const message = `No picture came for ${2 * stallTimeoutMs} ms.`;
    return new Watchdog([
      { afterMs: stallTimeoutMs, act: () => this.send({ type: 'stalled' }) },
      { afterMs: 2 * stallTimeoutMs, act: () => this.#interrupt({ kind: 'stalled', message }) },
    ]);
  }

  #interrupt(failure: Failure): void {
    this.#interrupted = failure;
    this.#demuxer?.interrupt();
  }

  #failedMessage(error: unknown): ChildMessage {
    if (this.#interrupted !== undefined) return { type: 'failed', failure: this.#interrupted };
    if (error instanceof SourceFailure) return { type: 'failed', failure: error.failure };
    const message = error instanceof Error ? error.message : String(error);
    return { type: 'failed', failure: { kind: 'crashed', message: `The decoder failed: ${message}.` } };
  }
}
