import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { ActionwireError } from '../../../src/core/errors.js';
import { readOffer } from '../../../src/stream/whip/read-offer.js';

const session = ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0 1'];
const ice = ['a=ice-ufrag:abcd', 'a=ice-pwd:0123456789012345678901', 'a=fingerprint:sha-256 AA:BB', 'a=setup:actpass'];
const audio = ['m=audio 9 UDP/TLS/RTP/SAVPF 111 0', 'a=mid:0', ...ice, 'a=sendonly', 'a=rtpmap:111 opus/48000/2'];
const video = [
  'm=video 9 UDP/TLS/RTP/SAVPF 45 96 102',
  'a=mid:1',
  ...ice,
  'a=sendonly',
  'a=rtpmap:45 AV1/90000',
  'a=rtpmap:96 VP8/90000',
  'a=rtpmap:102 H264/90000',
  'a=fmtp:102 packetization-mode=1;profile-level-id=42e01f',
  'a=candidate:1 1 udp 2113937151 b2a4c5e0-1111-2222-3333-444455556666.local 51000 typ host',
  'a=candidate:2 1 udp 1677729535 192.0.2.9 51001 typ srflx raddr 0.0.0.0 rport 0',
  'a=end-of-candidates',
];

const text = (...lines: string[]): string => lines.map((line) => `${line}\r\n`).join('');
const formats = (list: string): string[] =>
  video.map((line) => (line.startsWith('m=') ? `m=video 9 UDP/TLS/RTP/SAVPF ${list}` : line));

describe('an offer', () => {
  it('is read: the first video that can be decoded, and what is not wanted', () => {
    const { video: chosen, unused } = readOffer(text(...session, ...audio, ...video));
    expect(chosen).toEqual({ mid: '1', payloadType: 96, codec: 'vp8' });
    expect(unused).toEqual([{ mid: '0', kind: 'audio', payloadType: 111, codec: 'opus' }]);
  });

  it('decides by its own order, and keeps the format', () => {
    expect(readOffer(text(...session, ...formats('102 96'))).video).toEqual({
      mid: '1',
      payloadType: 102,
      codec: 'h264',
      format: 'packetization-mode=1;profile-level-id=42e01f',
    });
  });

  it('loses every candidate', () => {
    const { sdp } = readOffer(text(...session, ...audio, ...video));
    expect(sdp).not.toMatch(/candidate|\.local|192\.0\.2\.9/);
    expect(sdp).toContain('a=ice-ufrag:abcd\r\n');
    expect(sdp.split('\r\n')).toHaveLength(session.length + audio.length + video.length - 3 + 1);
  });

  it('may end its lines with a line feed only', () => {
    expect(readOffer(text(...session, ...video).replaceAll('\r', '')).video.codec).toBe('vp8');
  });

  it('with two videos has the second declined', () => {
    const second = video.map((line) => line.replace('a=mid:1', 'a=mid:2'));
    expect(readOffer(text(...session, ...video, ...second)).unused).toEqual([
      { mid: '2', kind: 'video', payloadType: 45, codec: 'av1' },
    ]);
  });
});

test.each([
  ['is empty', ''],
  ['is JSON', '{"sdp":"v=0"}'],
  ['is HTML', '<!doctype html>'],
  ['has a line of another form', text(...session, 'hello', ...video)],
  ['has no video', text(...session, ...audio)],
  ['has no media at all', text(...session, ...ice)],
  ['has a data channel', text(...session, ...video, 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'a=mid:2')],
  ['has no mid', text(...session, ...video.filter((line) => !line.startsWith('a=mid')))],
  ['has no password', text(...session, ...video.filter((line) => !line.startsWith('a=ice-pwd')))],
  ['has no fingerprint', text(...session, ...video.filter((line) => !line.startsWith('a=fingerprint')))],
  ['has sound without a codec', text(...session, ...audio.filter((line) => !line.startsWith('a=rtpmap')), ...video)],
  ['has nine sections', text(...session, ...Array.from({ length: 9 }, () => video).flat())],
  ['is longer than 64 kB', text(...session, ...video, `a=x:${'x'.repeat(65_536)}`)],
])('an offer that %s is refused', (_, sdp) => {
  expect(() => readOffer(sdp)).toThrow(expect.objectContaining({ code: 'WHIP_OFFER_INVALID' }));
});

it('an offer of nothing but other codecs is refused by another code', () => {
  expect(() => readOffer(text(...session, ...formats('45')))).toThrow(
    expect.objectContaining({ code: 'WHIP_CODEC_UNSUPPORTED' }),
  );
});

it('a mutilated offer is read or refused, and never keeps a candidate', () => {
  const lines = [...session, ...audio, ...video];
  const change = fc.tuple(fc.nat(lines.length - 1), fc.nat(60), fc.string({ maxLength: 30 }));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
      const copy = [...lines];
      for (const [at, from, instead] of changes) copy[at] = `${copy[at]?.slice(0, from) ?? ''}${instead}`;
      try {
        const { sdp, video: chosen } = readOffer(text(...copy));
        expect(sdp).not.toMatch(/^a=candidate:/m);
        expect(Number.isInteger(chosen.payloadType)).toBe(true);
      } catch (error) {
        if (!(error instanceof ActionwireError)) throw error;
        expect(error.code).toMatch(/^WHIP_/);
      }
    }),
    { seed: 9725, numRuns: 2000 },
  );
});
