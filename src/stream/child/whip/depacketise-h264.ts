/** H.264 out of RTP (RFC 6184, packetization modes 0 and 1): single NAL units, STAP-A and FU-A become Annex B. */
import type { CodedPicture, Depacketiser } from './coded-picture.js';

const startCode = Buffer.from([0, 0, 0, 1]);
const stapA = 24;
const fuA = 28;
const idrSlice = 5;
const sequenceParameters = 7;

export class H264Depacketiser implements Depacketiser {
  #parts: Buffer[] = [];
  #isKey = false;
  #inFragment = false;

  push(payload: Buffer): boolean {
    const type = payload.readUInt8(0) & 0x1f;
    if (type === fuA) return this.#fragment(payload);
    if (this.#inFragment) return false;
    if (type === stapA) return this.#aggregate(payload);
    return type >= 1 && type < stapA && this.#unit(payload);
  }

  take(): CodedPicture | undefined {
    const complete = this.#parts.length > 0 && !this.#inFragment;
    const picture = complete ? { data: Buffer.concat(this.#parts), isKey: this.#isKey } : undefined;
    this.#parts = [];
    this.#isKey = false;
    this.#inFragment = false;
    return picture;
  }

  #unit(unit: Buffer): boolean {
    this.#begin(unit.readUInt8(0));
    this.#parts.push(unit);
    return true;
  }

  #aggregate(payload: Buffer): boolean {
    let at = 1;
    while (at + 2 < payload.length) {
      const end = at + 2 + payload.readUInt16BE(at);
      if (end === at + 2 || end > payload.length) return false;
      this.#unit(payload.subarray(at + 2, end));
      at = end;
    }
    return at === payload.length && at > 1;
  }

  #fragment(payload: Buffer): boolean {
    if (payload.length < 3) return false;
    const [indicator = 0, header = 0] = payload;
    const isFirst = (header & 0x80) !== 0;
    if (isFirst === this.#inFragment) return false;
    if (isFirst) {
      const unitHeader = (indicator & 0xe0) | (header & 0x1f);
      this.#begin(unitHeader);
      this.#parts.push(Buffer.from([unitHeader]));
    }
    this.#parts.push(payload.subarray(2));
    this.#inFragment = (header & 0x40) === 0;
    return true;
  }

  /** A stream without whole key pictures (intra refresh) begins at its parameter sets. */
  #begin(unitHeader: number): void {
    const type = unitHeader & 0x1f;
    this.#isKey ||= type === idrSlice || type === sequenceParameters;
    this.#parts.push(startCode);
  }
}
