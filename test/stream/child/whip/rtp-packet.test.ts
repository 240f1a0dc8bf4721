import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { parseRtp } from '../../../../src/stream/child/whip/rtp-packet.js';

const header = [0x80, 0xe6, 0xff, 0xfe, 0x80, 0, 0, 1, 0x12, 0x34, 0x56, 0x78];
const packet = (first: number, ...rest: number[]): Buffer => Buffer.from([first, ...header.slice(1), ...rest]);

it('reads the fixed header', () => {
  expect(parseRtp(packet(0x80, 1, 2))).toEqual({
    marker: true,
    payloadType: 102,
    sequence: 0xfffe,
    timestamp: 0x8000_0001,
    ssrc: 0x1234_5678,
    payload: Buffer.from([1, 2]),
  });
});

test.each([
  ['contributing sources', packet(0x82, 0, 0, 0, 1, 0, 0, 0, 2, 9, 8)],
  ['a header extension', packet(0x90, 0xbe, 0xde, 0, 1, 1, 2, 3, 4, 9, 8)],
  ['padding', packet(0xa0, 9, 8, 0, 0, 3)],
  ['all of them', packet(0xb1, 0, 0, 0, 1, 0xbe, 0xde, 0, 0, 9, 8, 1)],
])('leaves out %s', (_, data) => expect(parseRtp(data)?.payload).toEqual(Buffer.from([9, 8])));

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a header without payload', packet(0x80)],
  ['another version', packet(0x40, 1)],
  ['RTCP', Buffer.from([0x80, 200, ...header.slice(2), 1])],
  ['more contributing sources than bytes', packet(0x8f, 1)],
  ['an extension that is cut off', packet(0x90, 0xbe, 0xde, 0)],
  ['an extension longer than the packet', packet(0x90, 0xbe, 0xde, 0, 9, 1)],
  ['nothing but padding', packet(0xa0, 0, 2)],
  ['more padding than bytes', packet(0xa0, 1, 200)],
])('refuses %s', (_, data) => expect(parseRtp(data)).toBeUndefined());

it('never throws and never reads outside the packet', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const parsed = parseRtp(Buffer.from(bytes));
      if (parsed !== undefined) expect(parsed.payload.length).toBeGreaterThan(0);
    }),
    { seed: 9725, numRuns: 2000 },
  );
});
