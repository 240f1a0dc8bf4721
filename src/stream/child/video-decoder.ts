/** The decoder of one video: on hardware or in software, chosen when it opens, again when it fails, and when the codec changes. */
import { AVERROR_EAGAIN, AVERROR_EOF, type AVCodecID } from 'node-av/constants';
import { Codec, CodecContext, Dictionary, type Frame, type Packet, type Stream } from 'node-av/lib';
import type { DecoderChoice } from '../../core/types.js';
import { hwaccelCandidates, type HwaccelChoice, type HwaccelName } from '../hwaccel.js';
import { SourceFailure, throwIfFailed } from './averror.js';
import { openHardware, type Hardware } from './hardware.js';

/** Larger pictures are refused before memory is set aside for them (8K is 33 million). Pixels. */
export const maxPixels = 40_000_000;

/** Hardware that refuses so many packets before it has shown a picture is given up. */
const maxRefusals = 25;

export interface VideoOptions {
  /** Whether pictures come in real time: then nothing may be held back. */
  readonly live: boolean;
  readonly hwaccel: HwaccelChoice;
  /** What `auto` leaves out, because a process has crashed over it. */
  readonly crashedHardware: readonly HwaccelName[];
  /** Told before anything of it is opened; null: software. */
  readonly onHardware: (name: HwaccelName | null) => void;
  /** Told with the first picture of every decoder that is opened: before it, hardware has proved nothing. */
  readonly onChosen: (choice: DecoderChoice) => void;
}

export class VideoDecoder {
  #context: CodecContext;
  #codec: Codec;
  #codecId: AVCodecID;
  #hardware: Hardware | undefined;
  #untried: readonly HwaccelName[] = [];
  /** Why the hardware tried so far does not serve: `vaapi: no device (...)`. */
  #reasons: string[] = [];
  #refusals = 0;
  #proven = false;

  private constructor(
    private readonly stream: Stream,
    private readonly options: VideoOptions,
  ) {
    this.#codecId = stream.codecpar.codecId;
    this.#codec = softwareDecoder(this.#codecId);
    this.#context = new CodecContext();
  }

  /** @throws SourceFailure */
  static async open(stream: Stream, options: VideoOptions): Promise<VideoDecoder> {
    const decoder = new VideoDecoder(stream, options);
    await decoder.reopen();
    return decoder;
  }

  /** FFmpeg's name of the decoder: `h264`, `libdav1d`, ... */
  get name(): string {
    return this.#codec.name ?? 'unknown';
  }

  /** Whether packets are of another codec than this one was opened for, as when a camera was set to another. */
  get isOutdated(): boolean {
    return this.stream.codecpar.codecId !== this.#codecId;
  }

  /** Opens the decoder for what the stream is now. @throws SourceFailure */
  async reopen(): Promise<void> {
    this.#codecId = this.stream.codecpar.codecId;
    const { hwaccel, crashedHardware } = this.options;
    const candidates = hwaccelCandidates(hwaccel);
    const left = (name: HwaccelName): boolean => hwaccel === name || !crashedHardware.includes(name);
    this.#untried = candidates.filter(left);
    this.#reasons = candidates.filter((name) => !left(name)).map((name) => `${name}: the decoder process crashed`);
    await this.#openNext();
  }

  /** Takes a packet, or null for the end; answers FFmpeg's code. @throws SourceFailure when no decoder is left to try */
  async send(packet: Packet | null): Promise<number> {
    const code = this.#context.sendPacketSync(packet);
    if (code < 0 && code !== AVERROR_EAGAIN && code !== AVERROR_EOF) await this.#refused();
    return code;
  }

  /** Gives the next picture in the order of display; answers FFmpeg's code. @throws SourceFailure */
  receive(frame: Frame): number {
    const code = this.#context.receiveFrameSync(frame);
    if (code < 0 || this.#proven) return code;
    if (this.#hardware !== undefined && !frame.isHwFrame()) this.#reject('it leaves this video to software');
    this.#proven = true;
    const why = this.#reasons.join('; ');
    this.options.onChosen({
      name: this.name,
      ...(this.#hardware === undefined ? {} : { hardware: this.#hardware.name }),
      ...(why === '' ? {} : { why }),
    });
    return code;
  }

  close(): void {
    this.#context.freeContext();
    this.#hardware?.device.free();
    this.#hardware = undefined;
  }

  async #refused(): Promise<void> {
    if (this.#hardware === undefined || this.#proven || ++this.#refusals < maxRefusals) return;
    this.#reject('it refuses this video');
    await this.#openNext();
  }

  /** Opens the first of the untried that can be opened; in software when none is left. */
  async #openNext(): Promise<void> {
    this.close();
    this.#refusals = 0;
    this.#proven = false;
    for (let [name, ...rest] = this.#untried; name !== undefined; [name, ...rest] = rest) {
      this.#untried = rest;
      if (await this.#tryHardware(name)) return;
    }
    this.options.onHardware(null);
    this.#codec = softwareDecoder(this.#codecId);
    await this.#openContext(this.options.live ? 1 : 2);
  }

  async #tryHardware(name: HwaccelName): Promise<boolean> {
    this.options.onHardware(name);
    const hardware = openHardware(name, this.#codecId);
    if (typeof hardware === 'string') {
      this.#note(name, hardware);
      return false;
    }
    this.#hardware = hardware;
    this.#codec = hardware.codec;
    try {
      await this.#openContext(1);
      return true;
    } catch (error) {
      if (!(error instanceof SourceFailure)) throw error;
      this.#reject(error.failure.message);
      this.close();
      return false;
    }
  }

  /** One thread and no reordering delay for live pictures: frame threads would add one frame of latency each. */
  async #openContext(threads: number): Promise<void> {
    const context = new CodecContext();
    this.#context = context;
    context.allocContext3(this.#codec);
    const options = Dictionary.fromObject({
      max_pixels: maxPixels,
      ...(this.options.live ? { flags: '+low_delay' } : {}),
    });
    try {
      throwIfFailed(context.parametersToContext(this.stream.codecpar));
      context.pktTimebase = this.stream.timeBase;
      context.threadCount = threads;
      if (this.#hardware !== undefined) {
        context.hwDeviceCtx = this.#hardware.device;
        context.setHardwarePixelFormat(this.#hardware.pixelFormat);
      }
      throwIfFailed(await context.open2(this.#codec, options));
    } catch (error) {
      context.freeContext();
      throw error;
    } finally {
      options.free();
    }
  }

  #reject(why: string): void {
    if (this.#hardware === undefined) return;
    const { name, device } = this.#hardware;
    this.#hardware = undefined;
    device.free();
    this.#note(name, why);
  }

  /** What was asked for by name never silently becomes something else. */
  #note(name: HwaccelName, why: string): void {
    const message = `${name}: ${why}`;
    if (this.options.hwaccel === name)
      throw new SourceFailure({ kind: 'hwaccel', message: `Not decoded by ${message}.` });
    this.#reasons.push(message);
  }
}

function softwareDecoder(codecId: AVCodecID): Codec {
  const codec = Codec.findDecoder(codecId);
  if (codec === null) throw new SourceFailure({ kind: 'codec', message: 'There is no decoder for this video.' });
  return codec;
}
