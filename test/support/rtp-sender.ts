/** Cuts coded pictures into RTP packets, as a browser does. */
import type { WhipCodec } from '../../src/stream/protocol.js';

export interface SenderOptions {
  readonly codec: WhipCodec;
  readonly payloadType: number;
  readonly ssrc?: number;
  /** First timestamp and sequence number; the defaults wrap soon. */
  readonly timestamp?: number;
  readonly sequence?: number;
  /** Bytes of a payload at most. */
  readonly size?: number;
}

export class RtpSender {
  #sequence: number;

  constructor(private readonly options: SenderOptions) {
    this.#sequence = options.sequence ?? 0xfff0;
  }

  /** The packets of the picture at `ticks` (1/90000 s after the first one). */
  packets(data: Buffer, ticks: number): Buffer[] {
    const { codec, size = 1100, timestamp = 0xffff_0000 } = this.options;
    const payloads = codec === 'h264' ? h264Payloads(data, size) : vpxPayloads(data, size, codec);
    return payloads.map((payload, i) => this.#packet(payload, (timestamp + ticks) >>> 0, i === payloads.length - 1));
  }

  #packet(payload: Buffer, timestamp: number, marker: boolean): Buffer {
    const { payloadType, ssrc = 0x1234_5678 } = this.options;
    const header = Buffer.alloc(12);
    header[0] = 0x80;
    header[1] = payloadType | (marker ? 0x80 : 0);
    header.writeUInt16BE(this.#sequence, 2);
    header.writeUInt32BE(timestamp, 4);
    header.writeUInt32BE(ssrc, 8);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    return Buffer.concat([header, payload]);
  }
}

/** Small units single, parameter sets together (STAP-A), large ones in fragments (FU-A). */
function h264Payloads(annexB: Buffer, size: number): Buffer[] {
  const units = annexBUnits(annexB).filter((unit) => (unit[0]! & 0x1f) !== 9);
  const isParameters = (unit: Buffer): boolean => [7, 8].includes(unit[0]! & 0x1f);
  const parameters = units.filter(isParameters);
  const stap = Buffer.concat([
    Buffer.from([0x78]),
    ...parameters.flatMap((unit) => [Buffer.from([unit.length >> 8, unit.length & 0xff]), unit]),
  ]);
  const rest = units.filter((unit) => !isParameters(unit)).flatMap((unit) => h264Fragments(unit, size));
  return parameters.length === 0 ? rest : [stap, ...rest];
}

function h264Fragments(unit: Buffer, size: number): Buffer[] {
  if (unit.length <= size) return [unit];
  const chunks = chunksOf(unit.subarray(1), size);
  return chunks.map((chunk, i) => {
    const flags = (i === 0 ? 0x80 : 0) | (i === chunks.length - 1 ? 0x40 : 0);
    return Buffer.concat([Buffer.from([(unit[0]! & 0xe0) | 28, flags | (unit[0]! & 0x1f)]), chunk]);
  });
}

/** VP8 with a 15-bit picture number, VP9 with one, not in flexible mode. */
function vpxPayloads(data: Buffer, size: number, codec: 'vp8' | 'vp9'): Buffer[] {
  const isPredicted = codec === 'vp9' && (data[0]! & 0x04) !== 0;
  const chunks = chunksOf(data, size);
  return chunks.map((chunk, i) => {
    const begins = i === 0;
    const ends = i === chunks.length - 1;
    const vp8 = [0x80 | (begins ? 0x10 : 0), 0x80, 0x81, 0x23];
    const vp9 = [0x80 | (isPredicted ? 0x40 : 0) | (begins ? 0x08 : 0) | (ends ? 0x04 : 0), 0x81, 0x23];
    return Buffer.concat([Buffer.from(codec === 'vp8' ? vp8 : vp9), chunk]);
  });
}

function chunksOf(data: Buffer, size: number): Buffer[] {
  const count = Math.ceil(data.length / size);
  return Array.from({ length: count }, (_, i) => data.subarray(i * size, (i + 1) * size));
}

export function annexBUnits(data: Buffer): Buffer[] {
  const units: Buffer[] = [];
  // eslint-disable-next-line no-control-regex -- a start code is what is looked for
  const startCode = /\0\0\0?\x01/g;
  const text = data.toString('latin1');
  const starts = [...text.matchAll(startCode)].map((match) => ({
    at: match.index,
    end: match.index + match[0].length,
  }));
  starts.forEach(({ end }, i) => units.push(data.subarray(end, starts[i + 1]?.at ?? data.length)));
  return units;
}
