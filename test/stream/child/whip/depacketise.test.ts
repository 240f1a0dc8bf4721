/** What the depacketisers make of packets cut by hand, and of rubbish. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Depacketiser } from '../../../../src/stream/child/whip/coded-picture.js';
import { depacketiserFor } from '../../../../src/stream/child/whip/depacketiser.js';
import { whipCodecs } from '../../../../src/stream/protocol.js';

const bytes = (...values: number[]): Buffer => Buffer.from(values);

/** The picture as numbers; `damaged` when a payload was refused. */
function picture(depacketiser: Depacketiser, ...payloads: Buffer[]): unknown {
  const good = payloads.map((payload) => depacketiser.push(payload));
  const taken = depacketiser.take();
  if (good.includes(false)) return 'damaged';
  return taken && { data: [...taken.data], isKey: taken.isKey };
}

describe('H.264', () => {
  const read = (...payloads: Buffer[]): unknown => picture(depacketiserFor('h264'), ...payloads);

  it('single units', () => {
    expect(read(bytes(0x41, 1), bytes(0x41, 2))).toEqual({
      data: [0, 0, 0, 1, 0x41, 1, 0, 0, 0, 1, 0x41, 2],
      isKey: false,
    });
    expect(read(bytes(0x65, 1))).toMatchObject({ isKey: true });
  });

  it('several in one packet (STAP-A)', () => {
    expect(read(bytes(0x78, 0, 2, 0x67, 1, 0, 1, 0x68))).toEqual({
      data: [0, 0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x68],
      isKey: true,
    });
  });

  it('one in several packets (FU-A), with the header it had', () => {
    expect(read(bytes(0x7c, 0x85, 1), bytes(0x7c, 0x05, 2), bytes(0x7c, 0x45, 3))).toEqual({
      data: [0, 0, 0, 1, 0x65, 1, 2, 3],
      isKey: true,
    });
  });

  test.each([
    ['a fragment without its beginning', [bytes(0x7c, 0x05, 1)]],
    ['a fragment begun twice', [bytes(0x7c, 0x85, 1), bytes(0x7c, 0x85, 1)]],
    ['a unit inside a fragment', [bytes(0x7c, 0x85, 1), bytes(0x41, 1)]],
    ['a fragment without content', [bytes(0x7c, 0x85)]],
    ['a STAP-A that says it is longer', [bytes(0x78, 0, 9, 0x67)]],
    ['a STAP-A with an empty unit', [bytes(0x78, 0, 0, 0, 0)]],
    ['a STAP-A with a byte left over', [bytes(0x78, 0, 1, 0x67, 0)]],
    ['an empty STAP-A', [bytes(0x78)]],
    ['an interleaved packet (FU-B)', [bytes(0x7d, 0x85, 0, 0, 1)]],
    ['a reserved type', [bytes(0x1f, 1)]],
  ])('refuses %s', (_, payloads) => expect(read(...payloads)).toBe('damaged'));

  it('has no picture where the last fragment is missing', () => {
    expect(read(bytes(0x7c, 0x85, 1), bytes(0x7c, 0x05, 2))).toBeUndefined();
  });
});

describe('VP8', () => {
  const read = (...payloads: Buffer[]): unknown => picture(depacketiserFor('vp8'), ...payloads);

  test.each([
    ['one byte', bytes(0x10, 0x00, 7), true],
    ['one byte, another picture', bytes(0x10, 0x01, 7), false],
    ['a 7-bit picture number', bytes(0x90, 0x80, 5, 0x00, 7), true],
    ['a 15-bit picture number, level and layer', bytes(0x90, 0xe0, 0x81, 5, 1, 2, 0x01, 7), false],
  ])('takes off a descriptor of %s', (_, payload, isKey) => {
    expect(read(payload)).toEqual({ data: [isKey ? 0 : 1, 7], isKey });
  });

  it('joins packets', () => {
    expect(read(bytes(0x10, 0, 1), bytes(0x00, 2), bytes(0x01, 3))).toEqual({ data: [0, 1, 2, 3], isKey: true });
  });

  test.each([
    ['a beginning that is missing', [bytes(0x00, 1)]],
    ['two beginnings', [bytes(0x10, 1), bytes(0x10, 1)]],
    ['nothing but a descriptor', [bytes(0x90, 0x80, 5)]],
    ['a descriptor that is cut off', [bytes(0x90)]],
  ])('refuses %s', (_, payloads) => expect(read(...payloads)).toBe('damaged'));
});

describe('VP9', () => {
  const read = (...payloads: Buffer[]): unknown => picture(depacketiserFor('vp9'), ...payloads);

  test.each([
    ['one byte', bytes(0x0c, 7), true],
    ['a predicted picture', bytes(0x4c, 7), false],
    ['a 15-bit picture number and layers', bytes(0xac, 0x81, 5, 0, 1, 7), true],
    ['flexible mode with two references', bytes(0xdc, 5, 3, 2, 7), false],
    ['a structure with a size and a group', bytes(0x0e, 0x18, 1, 0, 1, 0, 2, 0x04, 9, 0x08, 9, 9, 7), true],
  ])('takes off a descriptor of %s', (_, payload, isKey) => expect(read(payload)).toEqual({ data: [7], isKey }));

  it('joins packets, and refuses what does not begin or begins twice', () => {
    expect(read(bytes(0x08, 1), bytes(0x04, 2))).toEqual({ data: [1, 2], isKey: true });
    expect(read(bytes(0x04, 2))).toBe('damaged');
    expect(read(bytes(0x08, 1), bytes(0x08, 2))).toBe('damaged');
  });
});

test.each(whipCodecs)('%s: rubbish neither throws nor grows beyond what came', (codec) => {
  const payloads = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 12 });
  fc.assert(
    fc.property(payloads, (all) => {
      const depacketiser = depacketiserFor(codec);
      for (const payload of all) depacketiser.push(Buffer.from(payload));
      const size = depacketiser.take()?.data.length ?? 0;
      // A start code and a header for each unit, of which a payload may hold one in every three bytes.
      expect(size).toBeLessThanOrEqual(3 * all.reduce((sum, { length }) => sum + length, 0) + 5 * all.length);
      expect(depacketiser.take()).toBeUndefined();
    }),
    { seed: 9725, numRuns: 3000 },
  );
});
