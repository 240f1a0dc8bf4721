/** A WHIP client for tests: publishes the coded pictures of a clip over a real WebRTC connection, over and over. */
import lib, { type PeerConnection, type Track } from 'node-datachannel';
import type { WhipCodec } from '../../src/stream/protocol.js';
import type { ClipPicture } from './coded-pictures.js';
import { RtpSender } from './rtp-sender.js';

export interface PublisherOptions {
  readonly pictures: readonly ClipPicture[];
  readonly codec: WhipCodec;
  readonly fps?: number;
  /** Also offers sound, as OBS does. */
  readonly withAudio?: boolean;
  /** Of this machine; the default is 127.0.0.1. */
  readonly address?: string;
  /** Stands between the sender and the network; answers what goes out. */
  readonly mangle?: (packets: Buffer[], picture: number) => Buffer[];
}

const payloadType = 102;

export class WhipPublisher {
  readonly #connection: PeerConnection;
  readonly #track: Track;
  readonly #sender: RtpSender;
  #timer: NodeJS.Timeout | undefined;
  #sent = 0;
  #next = 0;
  /** How often a key picture was asked for. */
  keyRequests = 0;

  private constructor(private readonly options: PublisherOptions) {
    this.#connection = new lib.PeerConnection('test', {
      iceServers: [],
      bindAddress: options.address ?? '127.0.0.1',
      disableAutoNegotiation: true,
    });
    const video = new lib.Video('0', 'SendOnly');
    const format = formats[options.codec];
    video.addVideoCodec(payloadType, options.codec.toUpperCase(), ...(format === undefined ? [] : [format]));
    video.addSSRC(0x1234_5678, 'test', 'stream', 'track');
    this.#track = this.#connection.addTrack(video);
    if (options.withAudio === true) {
      const audio = new lib.Audio('1', 'SendOnly');
      audio.addOpusCodec(111);
      this.#connection.addTrack(audio);
    }
    this.#sender = new RtpSender({ codec: options.codec, payloadType });
  }

  /** @param exchange sends the offer and resolves to the answer */
  static async connect(
    exchange: (offer: string) => Promise<string>,
    options: PublisherOptions,
  ): Promise<WhipPublisher> {
    const publisher = new WhipPublisher(options);
    try {
      const offer = await publisher.#offer();
      publisher.#begin(await exchange(offer));
      return publisher;
    } catch (error) {
      publisher.close();
      throw error;
    }
  }

  /** The session description that a client of this kind offers. */
  static async offer(options: PublisherOptions): Promise<string> {
    const publisher = new WhipPublisher(options);
    return publisher.#offer().finally(() => publisher.close());
  }

  /** Stops sending; the connection stays. */
  pause(): void {
    clearInterval(this.#timer);
  }

  close(): void {
    this.pause();
    this.#connection.close();
  }

  async #offer(): Promise<string> {
    const gathered = new Promise<void>((resolve) =>
      this.#connection.onGatheringStateChange((state) => state === 'complete' && resolve()),
    );
    this.#connection.setLocalDescription('offer');
    await gathered;
    return this.#connection.localDescription()!.sdp;
  }

  #begin(answer: string): void {
    this.#track.onMessage((data) => this.#hear(data));
    this.#track.onOpen(() => {
      this.#timer = setInterval(() => this.#send(), 1000 / (this.options.fps ?? 25));
    });
    this.#connection.setRemoteDescription(answer, 'answer');
  }

  #hear(data: Buffer): void {
    for (let at = 0; at + 4 <= data.length; at += 4 + 4 * data.readUInt16BE(at + 2)) {
      const isKeyRequest = data[at + 1] === 206 && (data[at]! & 0x1f) === 1;
      if (!isKeyRequest) continue;
      this.keyRequests++;
      this.#next = 0;
    }
  }

  #send(): void {
    const { pictures, fps = 25, mangle } = this.options;
    const picture = pictures[this.#next++ % pictures.length]!;
    const packets = this.#sender.packets(picture.data, Math.round((this.#sent * 90_000) / fps));
    for (const packet of mangle?.(packets, this.#sent) ?? packets) this.#track.sendMessageBinary(packet);
    this.#sent++;
  }
}

const formats: Readonly<Partial<Record<WhipCodec, string>>> = {
  h264: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
};
