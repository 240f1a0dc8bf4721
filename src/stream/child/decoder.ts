/** Reads a source from its beginning to its end, decoding every picture or only counting, under two watchdogs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AVERROR_EAGAIN, AVERROR_EOF, AV_LOG_QUIET } from 'node-av/constants';
import { FormatContext, Frame, Log, Packet } from 'node-av/lib';
import { openTimeout, type Failure } from '../failure.js';
import { zeroCounters, type ChildMessage, type DecoderCounters, type DecoderSettings } from '../protocol.js';
import { SourceFailure, failureOf, throwIfFailed } from './averror.js';
import { OpenInput, type InputSettings } from './input.js';
import { Watchdog } from './watchdog.js';

/** How long to wait before asking a device again that has no picture yet. Milliseconds. */
const retryReadMs = 5;

/** Where decoded pictures go, in the order of their display. */
export interface Sink {
  /** The decoder keeps the picture; it waits until this resolves. Counts the picture as decoded. */
  take(picture: Frame): Promise<void>;
  /** Frees what the sink holds. */
  close(): void;
}

export class Decoder {
  readonly counters: DecoderCounters = { ...zeroCounters };
  readonly #abort = new AbortController();
  #demuxer: FormatContext | undefined;
  /** Why we interrupted FFmpeg ourselves; its own error then says nothing. */
  #interrupted: Failure | undefined;
  /** How many packets had come when the pictures stopped coming. */
  #packetsAtStall = 0;

  constructor(
    private readonly settings: InputSettings & Pick<DecoderSettings, 'openTimeoutMs' | 'stallTimeoutMs'>,
    private readonly send: (message: ChildMessage) => void,
  ) {
    // FFmpeg's own log could name the URL.
    Log.setLevel(AV_LOG_QUIET);
  }

  /** Aborted by `stop`. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Makes whatever runs return soon, whatever it waits for. */
  stop(): void {
    this.#abort.abort();
    this.#demuxer?.interrupt();
  }

  /**
   * Decodes the source once from its opening to its end; answers how long its container says it is, milliseconds, 0 when unknown.
   * @throws SourceFailure
   */
  async decode(begin: (input: OpenInput) => Sink): Promise<number> {
    return this.#withInput(async (input) => {
      await this.#decodeAll(input, begin(input));
      this.#checkEnd(input);
      return input.durationMs;
    });
  }

  /** How many packets the video has, without decoding any: as a rule also the number of its pictures. @throws SourceFailure */
  async countPackets(): Promise<number> {
    let count = 0;
    await this.#withInput(async (input) => {
      const packet = new Packet();
      packet.alloc();
      const watchdog = this.#pictureWatchdog();
      try {
        while (!this.signal.aborted && (await this.#read(input, packet, watchdog))) {
          watchdog.feed();
          packet.unref();
          count++;
        }
      } finally {
        watchdog.pause();
        packet.free();
      }
    });
    return count;
  }

  /** What the program is told when `error` ended the work. */
  failedMessage(error: unknown): ChildMessage {
    if (this.#interrupted !== undefined) return { type: 'failed', failure: this.#interrupted };
    if (error instanceof SourceFailure) return { type: 'failed', failure: error.failure };
    const message = error instanceof Error ? error.message : String(error);
    return { type: 'failed', failure: { kind: 'crashed', message: `The decoder failed: ${message}.` } };
  }

  async #withInput<T>(use: (input: OpenInput) => Promise<T>): Promise<T> {
    const demuxer = new FormatContext();
    // Before openInput: this installs the callback that makes `interrupt` work.
    demuxer.allocContext();
    this.#demuxer = demuxer;
    let input: OpenInput | undefined;
    try {
      input = await this.#open(demuxer);
      return await use(input);
    } finally {
      this.#demuxer = undefined;
      await (input === undefined ? demuxer.closeInput() : input.close());
    }
  }

  async #open(demuxer: FormatContext): Promise<OpenInput> {
    const { openTimeoutMs } = this.settings;
    const watchdog = new Watchdog([{ afterMs: openTimeoutMs, act: () => this.#interrupt(openTimeout(openTimeoutMs)) }]);
    this.send({ type: 'opening' });
    watchdog.resume();
    try {
      const input = await OpenInput.open(demuxer, this.settings, {
        onHardware: (name) => this.send({ type: 'hardware', name }),
        onChosen: (choice) => this.send({ type: 'decoder', choice }),
      });
      this.send({ type: 'opened', info: input.info });
      return input;
    } finally {
      watchdog.pause();
    }
  }

  async #decodeAll(input: OpenInput, sink: Sink): Promise<void> {
    const watchdog = this.#pictureWatchdog();
    const packet = new Packet();
    const frame = new Frame();
    packet.alloc();
    frame.alloc();
    try {
      while (!this.signal.aborted && (await this.#read(input, packet, watchdog))) {
        if (input.decoder.isOutdated) await this.#changeCodec(input, frame, sink, watchdog);
        await this.#feed(input, packet, frame, sink, watchdog);
      }
      if (!this.signal.aborted) await this.#feed(input, null, frame, sink, watchdog);
    } finally {
      watchdog.pause();
      frame.free();
      packet.free();
      sink.close();
    }
  }

  /** What the old decoder still holds comes out first. */
  async #changeCodec(input: OpenInput, frame: Frame, sink: Sink, watchdog: Watchdog): Promise<void> {
    await this.#feed(input, null, frame, sink, watchdog);
    await input.decoder.reopen();
  }

  /** Reads the next packet of the video; false at the end of the source. */
  async #read({ demuxer, stream }: OpenInput, packet: Packet, watchdog: Watchdog): Promise<boolean> {
    watchdog.resume();
    try {
      for (;;) {
        const code = await demuxer.readFrame(packet);
        if (this.#interrupted !== undefined) throw new SourceFailure(this.#interrupted);
        if (this.signal.aborted || code === AVERROR_EOF) return false;
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
  async #feed(input: OpenInput, packet: Packet | null, frame: Frame, sink: Sink, watchdog: Watchdog): Promise<void> {
    if (packet !== null) this.counters.packets++;
    const sent = await input.decoder.send(packet);
    packet?.unref();
    if (sent < 0 && sent !== AVERROR_EAGAIN) this.counters.decodeErrors++;
    for (;;) {
      const received = input.decoder.receive(frame);
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
      if (this.signal.aborted) return;
    }
  }

  #checkEnd(input: OpenInput): void {
    if (this.signal.aborted) return;
    if (input.info.endless) throw new SourceFailure(failureOf(AVERROR_EOF));
    if (this.counters.decoded === 0) {
      throw new SourceFailure({ kind: 'corrupt', message: 'Not one picture could be decoded.' });
    }
  }

  #pictureWatchdog(): Watchdog {
    const { stallTimeoutMs } = this.settings;
    return new Watchdog([
      {
        afterMs: stallTimeoutMs,
        act: () => {
          this.#packetsAtStall = this.counters.packets;
          this.send({ type: 'stalled' });
        },
      },
      { afterMs: 2 * stallTimeoutMs, act: () => this.#interrupt(this.#noPictures(2 * stallTimeoutMs)) },
    ]);
  }

  /** Data that still comes although no picture does is noise, or in a form that the decoder cannot follow. */
  #noPictures(forMs: number): Failure {
    if (this.counters.packets === this.#packetsAtStall) {
      return { kind: 'stalled', message: `No picture came for ${forMs} ms.` };
    }
    return { kind: 'corrupt', message: `Data came, but not one picture could be decoded from it for ${forMs} ms.` };
  }

  #interrupt(failure: Failure): void {
    this.#interrupted = failure;
    this.#demuxer?.interrupt();
  }
}
