/** Cuts a byte stream of RTSP into its messages and its interleaved packets (RFC 2326, sections 4 and 10.12). */

export interface RtspParts {
  /** A whole request or answer, body included. */
  readonly onText: (text: string) => void;
  /** One packet of a channel, without the four bytes in front of it. */
  readonly onPacket: (channel: number, packet: Buffer) => void;
}

const dollar = 0x24;

/** Takes the bytes as they come. */
export function rtspReader({ onText, onPacket }: RtspParts): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (let length = partLength(rest); length !== undefined && length <= rest.length; length = partLength(rest)) {
      const part = rest.subarray(0, length);
      rest = rest.subarray(length);
      if (part[0] === dollar) onPacket(part[1]!, part.subarray(4));
      else onText(part.toString('latin1'));
    }
  };
}

/** A packet as it stands in the byte stream. */
export function interleaved(channel: number, packet: Buffer): Buffer {
  const head = Buffer.from([dollar, channel, 0, 0]);
  head.writeUInt16BE(packet.length, 2);
  return Buffer.concat([head, packet]);
}

/** Length of the part at the beginning, undefined while that cannot be told yet. */
function partLength(bytes: Buffer): number | undefined {
  if (bytes.length < 4) return undefined;
  if (bytes[0] === dollar) return 4 + bytes.readUInt16BE(2);
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const body = /^content-length: *(\d+)/im.exec(bytes.toString('latin1', 0, end))?.[1] ?? '0';
  return end + 4 + Number(body);
}
