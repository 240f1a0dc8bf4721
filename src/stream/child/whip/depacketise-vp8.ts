/** VP8 out of RTP (RFC 7741): the payload descriptors are taken off, the rest is the picture. */
import type { CodedPicture, Depacketiser } from './coded-picture.js';

export class Vp8Depacketiser implements Depacketiser {
  #parts: Buffer[] = [];

  push(payload: Buffer): boolean {
    const begins = (payload.readUInt8(0) & 0x17) === 0x10; // S set, partition 0
    const data = payload.subarray(descriptorBytes(payload));
    if (data.length === 0 || begins !== (this.#parts.length === 0)) return false;
    this.#parts.push(data);
    return true;
  }

  take(): CodedPicture | undefined {
    const [first] = this.#parts;
    const picture = first && { data: Buffer.concat(this.#parts), isKey: (first.readUInt8(0) & 1) === 0 };
    this.#parts = [];
    return picture;
  }
}

/** Section 4.2: X brings a second byte with I, L, T and K, which bring more; what is missing reads as 0. */
function descriptorBytes(payload: Buffer): number {
  if ((payload.readUInt8(0) & 0x80) === 0) return 1;
  const extension = payload[1] ?? 0;
  const pictureId = (extension & 0x80) === 0 ? 0 : ((payload[2] ?? 0) & 0x80) === 0 ? 1 : 2;
  const level = (extension & 0x40) === 0 ? 0 : 1;
  const layerOrKey = (extension & 0x30) === 0 ? 0 : 1;
  return 2 + pictureId + level + layerOrKey;
}
