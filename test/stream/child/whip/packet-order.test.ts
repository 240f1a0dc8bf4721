import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketOrder } from '../../../../src/stream/child/whip/packet-order.js';
import type { RtpPacket } from '../../../../src/stream/child/whip/rtp-packet.js';

const packet = (sequence: number): RtpPacket => ({
  marker: false,
  payloadType: 96,
  sequence: sequence & 0xffff,
  timestamp: 0,
  ssrc: 1,
  payload: Buffer.from([0]),
});

/** Pushes packets, 1 ms apart; answers the numbers that came out, `lost` where a hole was given up. */
function run(order: PacketOrder, sequences: readonly number[], startMs = 0): (number | 'lost')[] {
  return sequences.flatMap((sequence, i) => {
    const { packets, lost } = order.push(packet(sequence), startMs + i);
    return [...(lost ? (['lost'] as const) : []), ...packets.map((each) => each.sequence)];
  });
}

describe('packets in order', () => {
  it('go through at once, across the wrap', () => {
    expect(run(new PacketOrder(), [65534, 65535, 0, 1])).toEqual([65534, 65535, 0, 1]);
  });

  it('are put back when they overtook each other, also across the wrap', () => {
    expect(run(new PacketOrder(), [65533, 65535, 1, 65534, 0, 2])).toEqual([65533, 65534, 65535, 0, 1, 2]);
  });

  it('come once, however often they were sent', () => {
    expect(run(new PacketOrder(), [5, 5, 6, 8, 8, 5, 7, 7])).toEqual([5, 6, 7, 8]);
  });

  it('wait for a missing one as long as allowed, then go on without it', () => {
    const order = new PacketOrder({ holdMs: 10 });
    expect(run(order, [1, 3, 4])).toEqual([1]);
    expect(run(order, [5], 12)).toEqual(['lost', 3, 4, 5]);
    expect(run(order, [2, 6], 13)).toEqual([6]);
  });

  it('are held back in a bounded number', () => {
    const order = new PacketOrder({ holdMs: 1e9, maxHeld: 3 });
    expect(run(order, [1, 3, 4, 5, 6, 8])).toEqual([1, 'lost', 3, 4, 5, 6]);
  });

  it('begin anew where the sender does', () => {
    expect(run(new PacketOrder(), [40_000, 40_001, 7, 8])).toEqual([40_000, 40_001, 'lost', 7, 8]);
  });

  it('any order within the bounds gives every packet, once and in order', () => {
    const shuffled = fc
      .tuple(fc.nat(0xffff), fc.array(fc.nat(20), { minLength: 1, maxLength: 300 }))
      .map(([start, delays]) => {
        const sent = delays.map((delay, i) => ({ sequence: (start + i) & 0xffff, arrives: i + (i === 0 ? 0 : delay) }));
        return sent.toSorted((a, b) => a.arrives - b.arrives).map(({ sequence }) => sequence);
      });
    fc.assert(
      fc.property(shuffled, (arrival) => {
        const first = arrival[0] ?? 0;
        const expected = arrival.toSorted((a, b) => ((a - first) & 0xffff) - ((b - first) & 0xffff));
        expect(run(new PacketOrder(), arrival)).toEqual(expected);
      }),
      { seed: 9725, numRuns: 300 },
    );
  });
});
