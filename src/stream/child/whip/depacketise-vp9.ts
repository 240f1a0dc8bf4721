/** VP9 out of RTP (RFC 9628): the payload descriptors are taken off, the rest is the picture. One spatial layer only. */
import type { CodedPicture, Depacketiser } from './coded-picture.js';

export class Vp9Depacketiser implements Depacketiser {
  #parts: Buffer[] = [];
  #isKey = false;

  push(payload: Buffer): boolean {
    const flags = payload.readUInt8(0);
    const begins = (flags & 0x08) !== 0;
    const data = payload.subarray(descriptorBytes(payload));
    if (data.length === 0 || begins !== (this.#parts.length === 0)) return false;
    if (begins) this.#isKey = (flags & 0x40) === 0;
    this.#parts.push(data);
    return true;
  }

  take(): CodedPicture | undefined {
    const picture = this.#parts.length === 0 ? undefined : { data: Buffer.concat(this.#parts), isKey: this.#isKey };
    this.#parts = [];
    this.#isKey = false;
    return picture;
  }
}

/** Section 4.2; what is missing reads as 0, and a descriptor may say that it is longer than the packet. */
function descriptorBytes(payload: Buffer): number {
  const [flags = 0] = payload;
  const [hasPictureId, isPredicted, hasLayers, isFlexible] = [0x80, 0x40, 0x20, 0x10].map((bit) => (flags & bit) !== 0);
  let at = 1;
  if (hasPictureId) at += ((payload[at] ?? 0) & 0x80) === 0 ? 1 : 2;
  if (hasLayers) at += isFlexible ? 1 : 2;
  if (isFlexible && isPredicted) at = afterReferences(payload, at);
  return (flags & 0x02) === 0 ? at : afterStructure(payload, at);
}

/** Up to three references, each saying whether another follows. */
function afterReferences(payload: Buffer, start: number): number {
  let at = start;
  while (at < start + 2 && ((payload[at] ?? 0) & 1) !== 0) at++;
  return at + 1;
}

/** The scalability structure: sizes of the layers, and the pictures of a group with their references. */
function afterStructure(payload: Buffer, start: number): number {
  const head = payload[start] ?? 0;
  const sizes = (head & 0x10) === 0 ? 0 : 4 * ((head >> 5) + 1);
  let at = start + 1 + sizes;
  if ((head & 0x08) === 0) return at;
  const pictures = payload[at++] ?? 0;
  for (let i = 0; i < pictures && at < payload.length; i++) at += 1 + (((payload[at] ?? 0) >> 2) & 3);
  return at;
}
