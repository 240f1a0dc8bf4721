/** Decodes the coded pictures of a publisher, one at a time. */
import {
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_VP8,
  AV_CODEC_ID_VP9,
  type AVCodecID,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, Frame, Packet, Rational } from 'node-av/lib';
import type { WhipCodec } from '../../protocol.js';
import { SourceFailure, throwIfFailed } from '../averror.js';
import { maxPixels } from '../video-decoder.js';
import type { TimedPicture } from './picture-assembler.js';

/** What RTP counts video in. */
export const videoTimeBase = { num: 1, den: 90_000 } as const;

const codecIds: Readonly<Record<WhipCodec, AVCodecID>> = {
  h264: AV_CODEC_ID_H264,
  vp8: AV_CODEC_ID_VP8,
  vp9: AV_CODEC_ID_VP9,
};

export class VideoDecoder {
  readonly #packet = new Packet();
  readonly #frame = new Frame();

  private constructor(private readonly context: CodecContext) {
    this.#packet.alloc();
    this.#frame.alloc();
  }

  /** @throws SourceFailure */
  static async open(name: WhipCodec): Promise<VideoDecoder> {
    const codec = Codec.findDecoder(codecIds[name]);
    if (codec === null) throw new SourceFailure({ kind: 'codec', message: `There is no decoder for ${name}.` });
    const context = new CodecContext();
    context.allocContext3(codec);
    context.pktTimebase = new Rational(videoTimeBase.num, videoTimeBase.den);
    context.threadCount = 1;
    const options = Dictionary.fromObject({ max_pixels: maxPixels, flags: '+low_delay' });
    try {
      throwIfFailed(await context.open2(codec, options));
      return new VideoDecoder(context);
    } catch (error) {
      context.freeContext();
      throw error;
    } finally {
      options.free();
    }
  }

  /**
   * Gives every picture that comes out to `take`, one after the other; the frame is only valid until that resolves. Packets go on arriving meanwhile.
   * @returns false when the decoder refuses the data
   */
  async decode({ data, pts, isKey }: TimedPicture, take: (frame: Frame) => Promise<void>): Promise<boolean> {
    this.#packet.data = data;
    this.#packet.pts = pts;
    this.#packet.isKeyframe = isKey;
    const sent = await this.context.sendPacket(this.#packet);
    this.#packet.unref();
    for (;;) {
      const received = await this.context.receiveFrame(this.#frame);
      if (received === AVERROR_EAGAIN || received === AVERROR_EOF) return sent >= 0;
      if (received < 0) return false;
      await take(this.#frame).finally(() => this.#frame.unref());
    }
  }

  close(): void {
    this.context.freeContext();
    this.#frame.free();
    this.#packet.free();
  }
}
