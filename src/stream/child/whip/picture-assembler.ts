/** Collects RTP packets into coded pictures and leaves out all that cannot be decoded: damaged ones, and what follows them up to the next key picture. */
import type { WhipCodec } from '../../protocol.js';
import type { CodedPicture, Depacketiser } from './coded-picture.js';
import { depacketiserFor } from './depacketiser.js';
import { PacketOrder } from './packet-order.js';
import { RtpClock } from './rtp-clock.js';
import type { RtpPacket } from './rtp-packet.js';

export interface TimedPicture extends CodedPicture {
  /** Presentation time, units of 1/90000 s from an arbitrary beginning. */
  readonly pts: bigint;
}

/** Larger ones are taken for an attack. Bytes. */
const maxPictureBytes = 8 << 20;

export class PictureAssembler {
  #order = new PacketOrder();
  #clock = new RtpClock();
  #depacketiser: Depacketiser;
  #ssrc: number | undefined;
  #timestamp: number | undefined;
  #bytes = 0;
  #isDamaged = false;
  #needsKey = true;
  /** Coded pictures left out so far. */
  leftOut = 0;

  /** @param payloadType the agreed one; packets of any other are ignored */
  constructor(
    private readonly codec: WhipCodec,
    private readonly payloadType: number,
  ) {
    this.#depacketiser = depacketiserFor(codec);
  }

  /** Nothing can be decoded before the next key picture: the publisher should be asked for one. */
  get needsKey(): boolean {
    return this.#needsKey;
  }

  /** Leaves out everything up to the next key picture. */
  waitForKey(): void {
    this.#needsKey = true;
  }

  /** Answers the pictures that are complete with this packet, in order. `nowMs`: any clock, milliseconds. */
  push(packet: RtpPacket, nowMs: number): TimedPicture[] {
    if (packet.payloadType !== this.payloadType) return [];
    if (packet.ssrc !== this.#ssrc) this.#begin(packet.ssrc);
    const { packets, lost } = this.#order.push(packet, nowMs);
    if (lost) this.#damage();
    return packets.flatMap((each) => this.#add(each));
  }

  /** Another source of packets has times and numbers of its own. */
  #begin(ssrc: number): void {
    this.#ssrc = ssrc;
    this.#order = new PacketOrder();
    this.#clock = new RtpClock();
    this.#depacketiser = depacketiserFor(this.codec);
    this.#timestamp = undefined;
    this.#bytes = 0;
    this.#isDamaged = false;
    this.#needsKey = true;
  }

  #damage(): void {
    this.#isDamaged = true;
    this.#needsKey = true;
  }

  #add(packet: RtpPacket): TimedPicture[] {
    const before = this.#timestamp === undefined || this.#timestamp === packet.timestamp ? [] : this.#finish();
    this.#timestamp = packet.timestamp;
    this.#bytes += packet.payload.length;
    if (this.#bytes > maxPictureBytes || !this.#depacketiser.push(packet.payload)) this.#damage();
    if (this.#bytes > maxPictureBytes) this.#depacketiser.take();
    return packet.marker ? [...before, ...this.#finish()] : before;
  }

  #finish(): TimedPicture[] {
    const picture = this.#depacketiser.take();
    const pts = this.#clock.unwrap(this.#timestamp ?? 0);
    const isDamaged = this.#isDamaged || picture === undefined;
    this.#timestamp = undefined;
    this.#bytes = 0;
    this.#isDamaged = false;
    if (isDamaged) this.#needsKey = true;
    if (isDamaged || (this.#needsKey && !picture.isKey)) {
      this.leftOut++;
      return [];
    }
    this.#needsKey = false;
    return [{ ...picture, pts }];
  }
}
