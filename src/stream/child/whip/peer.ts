/** Our end of a publisher's WebRTC connection: answers its offer and hands over the video's packets. */
import { setTimeout as sleep } from 'node:timers/promises';
import lib, { type PeerConnection, type RtcConfig, type Track } from 'node-datachannel';
import type { IceSettings, WhipOffer } from '../../protocol.js';
import { SourceFailure } from '../averror.js';

/** How long a STUN server may take; the answer then goes out without what it would have said. Milliseconds. */
const gatherMs = 1500;

export interface PeerHandlers {
  /** A decrypted packet of the video: RTP. */
  readonly onPacket: (data: Buffer) => void;
  /** The connection is up: packets may come. */
  readonly onConnected: () => void;
  /** The connection is gone for good. */
  readonly onClosed: () => void;
}

export class Peer {
  readonly #connection: PeerConnection;
  #track: Track | undefined;
  #closed = false;

  constructor(
    ice: IceSettings,
    private readonly handlers: PeerHandlers,
  ) {
    this.#connection = new lib.PeerConnection('whip', configuration(ice));
    this.#connection.onStateChange((state) => this.#follow(state));
  }

  /**
   * Takes the offer and resolves to the answer, once our own addresses are known, or after 1.5 s with those that are. It has no candidates but ours, and video is received by it only.
   * @throws SourceFailure (`corrupt`) when the offer cannot be answered
   */
  async answer(offer: WhipOffer): Promise<string> {
    const gathered = new Promise<void>((resolve) => {
      this.#connection.onGatheringStateChange((state) => state === 'complete' && resolve());
    });
    try {
      this.#receive(offer.video);
      for (const section of offer.unused) this.#decline(section);
      this.#connection.setRemoteDescription(offer.sdp, 'offer');
      this.#connection.setLocalDescription('answer');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new SourceFailure({ kind: 'corrupt', message: `The offer cannot be answered: ${reason}.` });
    }
    await Promise.race([gathered, sleep(gatherMs)]);
    return withoutRetransmission(this.#connection.localDescription()?.sdp ?? '');
  }

  /** Asks the publisher for a picture that decoding can begin with. */
  requestKey(): void {
    if (this.#track?.isOpen() === true) this.#track.requestKeyframe();
  }

  /** Idempotent; the publisher notices by the end of the connection. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
    lib.cleanup();
  }

  #receive({ mid, payloadType, codec, format }: WhipOffer['video']): void {
    const video = new lib.Video(mid, 'RecvOnly');
    // The library tells a missing argument from an undefined one.
    video.addVideoCodec(payloadType, codec.toUpperCase(), ...(format === undefined ? [] : [format]));
    const track = this.#connection.addTrack(video);
    track.setMediaHandler(new lib.RtcpReceivingSession());
    // Not with the state 'connected', which may come before the track can carry a request.
    track.onOpen(() => !this.#closed && this.handlers.onConnected());
    track.onMessage((data) => this.handlers.onPacket(data));
    this.#track = track;
  }

  #decline({ kind, mid, payloadType, codec }: WhipOffer['unused'][number]): void {
    const media = kind === 'audio' ? new lib.Audio(mid, 'Inactive') : new lib.Video(mid, 'Inactive');
    if ('addAudioCodec' in media) media.addAudioCodec(payloadType, codec);
    else media.addVideoCodec(payloadType, codec);
    this.#connection.addTrack(media);
  }

  #follow(state: string): void {
    if (this.#closed) return;
    if (state === 'closed' || state === 'failed') this.handlers.onClosed();
  }
}

function configuration({ address, ports, servers }: IceSettings): RtcConfig {
  return {
    iceServers: [...servers],
    bindAddress: address,
    ...(ports === undefined ? {} : { portRangeBegin: ports.from, portRangeEnd: ports.to }),
    disableAutoNegotiation: true,
  };
}

/** The library promises to ask for lost packets again, and does not. */
function withoutRetransmission(sdp: string): string {
  return sdp.replace(/^a=rtcp-fb:\d+ nack\r?\n/gm, '');
}
