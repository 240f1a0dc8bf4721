import { describe, expect, it } from 'vitest';
import { PictureAssembler } from '../../../../src/stream/child/whip/picture-assembler.js';
import { parseRtp } from '../../../../src/stream/child/whip/rtp-packet.js';
import { RtpSender, type SenderOptions } from '../../../support/rtp-sender.js';

/** VP8 pictures are told apart by their second byte; the first says whether they are key pictures. */
const picture = (number: number, isKey: boolean, size = 2500): Buffer => {
  const data = Buffer.alloc(size, 0xaa);
  data[0] = isKey ? 0 : 1;
  data[1] = number;
  return data;
};

const sender = (options: Partial<SenderOptions> = {}): RtpSender =>
  new RtpSender({ codec: 'vp8', payloadType: 96, timestamp: 1000, ...options });

/** The numbers of the pictures that come out of these packets, 1 ms apart. */
function push(assembler: PictureAssembler, packets: readonly Buffer[], startMs = 0): number[] {
  return packets.flatMap((data, i) => {
    const packet = parseRtp(data);
    return packet === undefined ? [] : assembler.push(packet, startMs + i).map((each) => each.data.readUInt8(1));
  });
}

describe('a picture assembler', () => {
  it('gives whole pictures with their times, from the first key picture on', () => {
    const assembler = new PictureAssembler('vp8', 96);
    const from = sender({ timestamp: 0xffff_ffff });
    const packets = [picture(1, false), picture(2, true), picture(3, false)].map((data, i) =>
      from.packets(data, 3000 * i),
    );
    const taken = packets.flat().flatMap((data) => assembler.push(parseRtp(data)!, 0));
    expect(taken.map(({ data, isKey, pts }) => [data.readUInt8(1), data.length, isKey, pts])).toEqual([
      [2, 2500, true, 0x1_0000_0000n + 2999n],
      [3, 2500, false, 0x1_0000_0000n + 5999n],
    ]);
    expect(assembler.leftOut).toBe(1);
    expect(assembler.needsKey).toBe(false);
  });

  it('leaves out a damaged picture and all that follow up to the next key picture', () => {
    const assembler = new PictureAssembler('vp8', 96);
    const from = sender();
    const keys = [true, false, false, false, true, false];
    const packets = keys.map((isKey, i) => from.packets(picture(i, isKey), 3000 * i));
    const lossy = packets.flatMap((all, i) => (i === 2 ? all.toSpliced(1, 1) : all));
    expect(push(assembler, lossy.slice(0, 8))).toEqual([0, 1]);
    // The hole is given up only after a while: the rest comes later.
    expect(push(assembler, lossy.slice(8, 11), 500)).toEqual([]);
    expect(assembler.needsKey).toBe(true);
    expect(push(assembler, lossy.slice(11), 1000)).toEqual([4, 5]);
    expect(assembler.needsKey).toBe(false);
    expect(assembler.leftOut).toBe(2);
  });

  it('finishes a picture whose marker never came when the next one begins, and does not trust it', () => {
    const assembler = new PictureAssembler('vp8', 96);
    const from = sender();
    const packets = [true, false, true, true].map((isKey, i) => from.packets(picture(i, isKey), 3000 * i));
    expect(push(assembler, [...packets[0]!, ...packets[1]!.slice(0, 2)])).toEqual([0]);
    expect(push(assembler, packets[2]!, 500)).toEqual([]);
    expect(push(assembler, packets[3]!, 700)).toEqual([2, 3]);
    expect(assembler.leftOut).toBe(1);
  });

  it('waits for a key picture when it is told to', () => {
    const assembler = new PictureAssembler('vp8', 96);
    const from = sender();
    expect(push(assembler, from.packets(picture(1, true), 0))).toEqual([1]);
    assembler.waitForKey();
    expect(push(assembler, from.packets(picture(2, false), 3000))).toEqual([]);
    expect(push(assembler, from.packets(picture(3, true), 6000))).toEqual([3]);
  });

  it('ignores other payload types, and begins anew with another sender', () => {
    const assembler = new PictureAssembler('vp8', 96);
    expect(push(assembler, sender({ payloadType: 97 }).packets(picture(1, true), 0))).toEqual([]);
    expect(push(assembler, sender().packets(picture(2, true), 0))).toEqual([2]);
    const other = sender({ ssrc: 7, sequence: 3, timestamp: 5 });
    expect(push(assembler, other.packets(picture(3, false), 0))).toEqual([]);
    expect(push(assembler, other.packets(picture(4, true), 3000))).toEqual([4]);
  });

  it('keeps no more than 8 MB of a picture, and takes the next one', () => {
    const assembler = new PictureAssembler('vp8', 96);
    const from = sender({ size: 60_000 });
    expect(push(assembler, from.packets(picture(1, true, 9 << 20), 0))).toEqual([]);
    expect(assembler.leftOut).toBe(1);
    expect(push(assembler, from.packets(picture(2, true), 3000))).toEqual([2]);
  });
});
