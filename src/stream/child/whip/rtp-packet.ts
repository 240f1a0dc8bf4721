/** Reads the fixed header of an RTP packet (RFC 3550, section 5.1). */

export interface RtpPacket {
  /** Set on the last packet of a picture. */
  readonly marker: boolean;
  readonly payloadType: number;
  /** 16 bits, grows by one with each packet. */
  readonly sequence: number;
  /** 32 bits, 90 kHz for video. */
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Buffer;
}

const headerBytes = 12;

/** Undefined for what is no RTP packet: another version, cut off, RTCP, or without any payload. */
export function parseRtp(data: Buffer): RtpPacket | undefined {
  if (data.length <= headerBytes || data.readUInt8(0) >> 6 !== 2 || isRtcp(data.readUInt8(1))) return undefined;
  const start = payloadStart(data);
  const padding = (data.readUInt8(0) & 0x20) === 0 ? 0 : data.readUInt8(data.length - 1);
  const payload = data.subarray(start, data.length - padding);
  if (start >= data.length - padding) return undefined;
  return {
    marker: (data.readUInt8(1) & 0x80) !== 0,
    payloadType: data.readUInt8(1) & 0x7f,
    sequence: data.readUInt16BE(2),
    timestamp: data.readUInt32BE(4),
    ssrc: data.readUInt32BE(8),
    payload,
  };
}

/** Behind the contributing sources and the header extension, as far as they say; possibly outside the packet. */
function payloadStart(data: Buffer): number {
  const sources = headerBytes + 4 * (data.readUInt8(0) & 0x0f);
  const hasExtension = (data.readUInt8(0) & 0x10) !== 0;
  if (!hasExtension) return sources;
  if (sources + 4 > data.length) return data.length;
  return sources + 4 + 4 * data.readUInt16BE(sources + 2);
}

/** RTP and RTCP share a port (RFC 5761): these packet types are RTCP's. */
function isRtcp(secondByte: number): boolean {
  return secondByte >= 192 && secondByte <= 223;
}
