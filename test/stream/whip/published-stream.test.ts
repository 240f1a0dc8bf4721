/** A stream that is published to this program, over a real WebRTC connection on the loopback interface. */
import { mkdtempSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi, type TestContext } from 'vitest';
import { openStream, parseSource, PublisherDesk, streamStats, type ActionStream } from '../../../src/stream/index.js';
import type { StreamItem } from '../../../src/core/types.js';
import type { WhipCodec } from '../../../src/stream/protocol.js';
import { readCodedPictures, type ClipPicture } from '../../support/coded-pictures.js';
import { makeClip } from '../../support/make-clip.js';
import { decoderPids, expectOneTimeline, framesOf, smallPreparation, statesOf } from '../../support/streams.js';
import { WhipPublisher, type PublisherOptions } from '../../support/whip-publisher.js';

let folder: string;
const clips = {} as Record<WhipCodec, ClipPicture[]>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'actionwire-whip-'));
  const make = async (name: string, codec: 'libx264' | 'libvpx' | 'libvpx-vp9'): Promise<ClipPicture[]> => {
    const encoderOptions: Record<string, string> = codec === 'libx264' ? { bf: '0' } : { 'lag-in-frames': '0' };
    return readCodedPictures(await makeClip(join(folder, name), { seconds: 2, fps: 25, codec, encoderOptions }));
  };
  clips.h264 = await make('clip.ts', 'libx264');
  clips.vp8 = await make('vp8.mkv', 'libvpx');
  clips.vp9 = await make('vp9.mkv', 'libvpx-vp9');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Running {
  readonly desk: PublisherDesk;
  readonly stream: ActionStream;
  readonly items: StreamItem[];
  /** Resolves once the items fulfil the condition. */
  readonly until: (condition: (items: readonly StreamItem[]) => boolean) => Promise<void>;
}

function run(test: TestContext, options: { stallTimeoutMs?: number; openTimeoutMs?: number } = {}): Running {
  const desk = new PublisherDesk({ maxPublishers: 2, ice: { servers: [] } });
  const stop = new AbortController();
  const stream = openStream(parseSource('whip:', { id: 'me' }), {
    fps: 8,
    preparation: smallPreparation,
    mode: 'live',
    desk,
    signal: stop.signal,
    ...options,
  });
  const items: StreamItem[] = [];
  let wake: (() => void) | undefined;
  const ended = (async () => {
    for await (const item of stream) {
      items.push(item);
      wake?.();
    }
  })();
  const until = async (condition: (items: readonly StreamItem[]) => boolean): Promise<void> => {
    while (!condition(items)) await new Promise<void>((resolve) => (wake = resolve));
  };
  test.onTestFinished(() => (stop.abort(), ended));
  return { desk, stream, items, until };
}

async function publish(
  test: TestContext,
  desk: PublisherDesk,
  options: Partial<PublisherOptions> = {},
): Promise<{ publisher: WhipPublisher; leave: () => void }> {
  let leave!: () => void;
  const codec = options.codec ?? 'h264';
  const exchange = async (offer: string): Promise<string> => {
    const { answer, sessionId } = await desk.publish('me', offer, options.address ?? '127.0.0.1');
    leave = () => desk.end('me', sessionId);
    return answer;
  };
  const publisher = await WhipPublisher.connect(exchange, { pictures: clips[codec], codec, ...options });
  test.onTestFinished(() => publisher.close());
  return { publisher, leave };
}

const story = (items: readonly StreamItem[]): string[] => statesOf(items).map(({ status }) => status);
const frameCount = (n: number) => (items: readonly StreamItem[]) => framesOf(items).length >= n;

describe.concurrent('a published stream', () => {
  it('waits for a publisher and says so', async (test) => {
    const { until, items } = run(test);
    await until((all) => all.length > 0);
    expect(statesOf(items)).toMatchObject([{ status: 'connecting', reason: 'Waiting for a publisher.', attempt: 1 }]);
    expect(statesOf(items)[0]).not.toHaveProperty('code');
  });

  it.for(['h264', 'vp8', 'vp9'] as const)(
    'takes %s, with times of its own clock, across the wrap of RTP time',
    async (codec, test) => {
      const { desk, until, items, stream } = run(test);
      await until((all) => all.length > 0);
      await publish(test, desk, { codec });
      await until(frameCount(10));
      expect(story(items)).toEqual(['connecting', 'live']);
      expectOneTimeline(items);
      const frames = framesOf(items);
      expect(frames.slice(0, 10).map(({ ptsMs }) => ptsMs)).toEqual(Array.from({ length: 10 }, (_, i) => 125 * i));
      expect(items.filter(({ kind }) => kind === 'gap')).toEqual([]);
      expect(new Set(frames.map(({ pixels }) => Buffer.from(pixels).toString('latin1'))).size).toBeGreaterThan(7);
      expect(Math.abs(frames.at(-1)!.capturedAtMs - Date.now())).toBeLessThan(5000);
      expect(streamStats(stream).decodeErrors).toBe(0);
    },
  );

  it('is lost when the publisher leaves, and takes the next one at once, on one line of time', async (test) => {
    const { desk, until, items } = run(test);
    await until((all) => all.length > 0);
    const first = await publish(test, desk, { codec: 'vp8' });
    await until(frameCount(4));
    first.leave();
    const second = publish(test, desk, { codec: 'h264' });
    await until((all) => story(all).length === 5);
    await second;
    const before = framesOf(items).length;
    await until(frameCount(before + 4));
    expect(story(items)).toEqual(['connecting', 'live', 'lost', 'connecting', 'live']);
    expect(statesOf(items)[2]).toMatchObject({ code: 'SOURCE_ENDED', reason: 'The publisher has left.', retryInMs: 0 });
    expect(items.filter(({ kind }) => kind === 'gap')).toMatchObject([{ reason: 'reconnect' }]);
    expectOneTimeline(items);
  });

  it('refuses a second publisher and one too many, and goes on with the first', async (test) => {
    const { desk, until, items } = run(test);
    await until((all) => all.length > 0);
    await publish(test, desk);
    await expect(publish(test, desk)).rejects.toMatchObject({ code: 'WHIP_BUSY' });
    const full = new PublisherDesk({ maxPublishers: 0, ice: { servers: [] } });
    const place = full.open('me');
    await expect(publish(test, full)).rejects.toMatchObject({ code: 'WHIP_LIMIT' });
    place.close();
    await expect(publish(test, full)).rejects.toMatchObject({ code: 'STREAM_UNKNOWN' });
    await until(frameCount(8));
    expect(story(items)).toEqual(['connecting', 'live']);
  });

  it('takes the next publisher at once after one that fell silent without a word', async (test) => {
    const { desk, until, items } = run(test);
    await until((all) => all.length > 0);
    const { publisher } = await publish(test, desk);
    await until(frameCount(4));
    publisher.pause();
    await vi.waitFor(() => publish(test, desk, { codec: 'vp8' }), { timeout: 20_000, interval: 250 });
    const before = framesOf(items).length;
    await until(frameCount(before + 4));
    expect(story(items).filter((status) => status !== 'stalled')).toEqual([
      'connecting',
      'live',
      'lost',
      'connecting',
      'live',
    ]);
    const { code, reason } = statesOf(items).find(({ status }) => status === 'lost')!;
    expect([code, reason]).toEqual(['SOURCE_STALLED', 'The publisher fell silent, and another took its place.']);
    expectOneTimeline(items);
  });

  it('refuses an offer that its WebRTC library cannot read, without being lost, and takes a good one after it', async (test) => {
    const { desk, until, items } = run(test);
    await until((all) => all.length > 0);
    const good = await WhipPublisher.offer({ pictures: [], codec: 'vp8' });
    const bad = good.replace(/^a=fingerprint:.*$/m, 'a=fingerprint:sha-256 nonsense');
    await expect(desk.publish('me', bad, '127.0.0.1')).rejects.toMatchObject({ code: 'WHIP_OFFER_INVALID' });
    await publish(test, desk, { codec: 'vp8' });
    await until(frameCount(2));
    expect(story(items)).toEqual(['connecting', 'live']);
  });

  it('takes the video of a publisher that offers sound as well, and lets it send none', async (test) => {
    const { desk, until } = run(test);
    await until((all) => all.length > 0);
    const offer = await WhipPublisher.offer({ pictures: [], codec: 'h264', withAudio: true });
    const { answer, sessionId } = await desk.publish('me', offer, '127.0.0.1');
    const sections = answer.split(/^(?=m=)/m);
    expect(sections.find((text) => text.startsWith('m=video'))).toMatch(/^a=recvonly\r$/m);
    expect(sections.find((text) => text.startsWith('m=audio'))).toMatch(/^a=inactive\r$/m);
    expect(answer).not.toMatch(/nack\r$/m);
    desk.end('me', sessionId);
    expect(() => desk.end('me', sessionId)).toThrow(expect.objectContaining({ code: 'WHIP_SESSION_UNKNOWN' }));
    await publish(test, desk, { withAudio: true });
    await until(frameCount(2));
  });

  it('asks for a key picture at the start and after loss, and counts what it left out', async (test) => {
    const { desk, until, items, stream } = run(test);
    await until((all) => all.length > 0);
    const lossAt = 30;
    const mangle = (packets: Buffer[], picture: number): Buffer[] =>
      picture === lossAt ? packets.slice(0, -1) : packets;
    // One packet has no room for these pictures, so that the one with the hole is begun.
    const { publisher } = await publish(test, desk, { codec: 'vp8', mangle });
    await until(frameCount(4));
    await until(() => publisher.keyRequests >= 1); // RTCP may come after the first pictures
    const asked = publisher.keyRequests;
    await until(() => publisher.keyRequests > asked);
    const before = framesOf(items).length;
    await until(frameCount(before + 8));
    expect(story(items)).toEqual(['connecting', 'live']);
    expectOneTimeline(items);
    expect(streamStats(stream).decodeErrors).toBeGreaterThan(0);
  });

  it('puts packets that overtook each other back into order', async (test) => {
    const { desk, until, items, stream } = run(test);
    await until((all) => all.length > 0);
    const { publisher } = await publish(test, desk, { mangle: (packets) => packets.toReversed() });
    await until(frameCount(12));
    expect(items.filter(({ kind }) => kind === 'gap')).toEqual([]);
    expect(streamStats(stream).decodeErrors).toBe(0);
    expect(publisher.keyRequests).toBeLessThanOrEqual(2);
  });

  it.for(['h264', 'vp8', 'vp9'] as const)(
    'lives through damaged %s, and shows good pictures again',
    async (codec, test) => {
      const { desk, until, items, stream } = run(test);
      await until((all) => all.length > 0);
      const random = lcg(9725);
      // The header stays, so that the packets arrive; what they carry is damaged, shortened or swapped for rubbish.
      const mangle = (packets: Buffer[], picture: number): Buffer[] => {
        if (picture < 10 || picture > 40) return packets;
        return packets.map((packet) => (random() < 0.5 ? packet : damaged(packet, random)));
      };
      await publish(test, desk, { codec, mangle });
      await until(frameCount(3));
      // Pictures 41 and later are good, and 125 ms apart there are 5 of 16 before them.
      await until((all) => (framesOf(all).at(-1)?.ptsMs ?? 0) > 41 * 40 + 500);
      expect(story(items)).toEqual(['connecting', 'live']);
      expect(streamStats(stream).reconnects).toBe(0);
    },
  );

  it('takes a publisher over IPv6', async (test) => {
    if (!hasIpv6()) return;
    const { desk, until } = run(test);
    await until((all) => all.length > 0);
    await publish(test, desk, { codec: 'vp8', address: '::1' });
    await until(frameCount(1));
  });
});

/** One after the other: the first stops the processes of all streams, the others wait for time to pass. */
describe('a published stream that breaks', () => {
  it('is stalled, then lost, when the publisher falls silent without a word', async (test) => {
    const { desk, until, items } = run(test, { stallTimeoutMs: 400 });
    await until((all) => all.length > 0);
    const { publisher } = await publish(test, desk);
    await until(frameCount(4));
    publisher.pause();
    await until((all) => story(all).length === 5);
    expect(story(items)).toEqual(['connecting', 'live', 'stalled', 'lost', 'connecting']);
    expect(statesOf(items)[3]).toMatchObject({ code: 'SOURCE_STALLED' });
  });

  it('gives up on a publisher that is answered and never comes', async (test) => {
    const { desk, until, items } = run(test, { openTimeoutMs: 500 });
    await until((all) => all.length > 0);
    await desk.publish('me', await WhipPublisher.offer({ pictures: [], codec: 'vp8' }), '127.0.0.1');
    await until((all) => story(all).length === 3);
    expect(statesOf(items)[1]).toMatchObject({ status: 'lost', code: 'SOURCE_TIMEOUT' });
    await publish(test, desk);
    await until(frameCount(1));
  });

  it('survives the death of its process, and takes the next publisher', async (test) => {
    const { desk, until, items } = run(test);
    await until((all) => all.length > 0);
    await publish(test, desk);
    await until(frameCount(2));
    for (const pid of decoderPids()) process.kill(pid, 'SIGKILL');
    await until((all) => story(all).length === 4);
    expect(statesOf(items)[2]).toMatchObject({ status: 'lost', code: 'SOURCE_CRASHED', retryInMs: 0 });
    await publish(test, desk);
    await until((all) => story(all).length === 5);
    expect(story(items)).toEqual(['connecting', 'live', 'lost', 'connecting', 'live']);
  });
});

/** A linear congruential generator: the same numbers in [0, 1) every time. */
function lcg(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

function damaged(packet: Buffer, random: () => number): Buffer {
  const copy = Buffer.from(packet);
  const at = (): number => 12 + Math.floor(random() * (copy.length - 12));
  for (let i = 0; i < 8; i++) copy[at()] = Math.floor(random() * 256);
  return random() < 0.2 ? copy.subarray(0, at() + 1) : copy;
}

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
}
