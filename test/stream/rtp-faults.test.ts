/** What networks and clocks do to the pictures of a real RTSP server, done by a relay in between, and what becomes of the stream. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Frame } from '../../src/core/types.js';
import type { StreamOptions } from '../../src/stream/index.js';
import { makeClip } from '../support/make-clip.js';
import { clockMoved, lossy, noise } from '../support/rtp-faults.js';
import { startRtspRelay, type RtspRelay } from '../support/rtsp-relay.js';
import { hasRtspServer, startRtspServer, type RtspServer } from '../support/rtsp-server.js';
import { expectOneTimeline, framesOf, story } from '../support/streams.js';
import { StreamWatch } from '../support/watch-stream.js';

interface Setting {
  readonly server: RtspServer;
  readonly relay: RtspRelay;
  readonly stream: StreamWatch;
}

const hour = 3600;
let folder: string;
let file: string;

/** A server, a relay before it, and a stream of the relay that is gone when the test has ended. */
async function begin(
  last: (clean: () => Promise<void>) => void,
  options: Partial<StreamOptions>,
  prepare: (relay: RtspRelay) => void = () => undefined,
): Promise<Setting> {
  const server = await startRtspServer({ file });
  last(() => server.kill());
  const relay = await startRtspRelay(server.url);
  last(() => relay.close());
  prepare(relay);
  const stream = new StreamWatch(relay.url, { stallTimeoutMs: 1000, ...options });
  last(() => stream.close());
  return { server, relay, stream };
}

/** By how much media time and the wall went apart between two frames, milliseconds. */
function drift(a: Frame, b: Frame): number {
  return b.capturedAtMs - a.capturedAtMs - (b.ptsMs - a.ptsMs);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

describe.skipIf(!hasRtspServer())('the network', { concurrent: true }, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'actionwire-rtp-'));
    file = await makeClip(join(folder, 'clip.mp4'), { seconds: 3, encoderOptions: { bf: '0', g: '12' } });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('loses and swaps packets: pictures keep coming in their time, damaged ones are counted', async ({
    onTestFinished,
  }) => {
    const fault = lossy({ seed: 4, lost: 0.05, swapped: 0.05 });
    const { stream } = await begin(onTestFinished, { rtspTransport: 'udp' }, (relay) => (relay.fault = fault));
    await stream.moreFrames(48);
    await stream.until(() => stream.stream.stats().decodeErrors > 0);
    expect(fault.counts.lost).toBeGreaterThan(5);
    expect(fault.counts.swapped).toBeGreaterThan(5);
    expect(stream.states('lost')).toEqual([]);
    expectOneTimeline(stream.items);
    const frames = framesOf(stream.items);
    const late = frames.map((frame) => drift(frames[0]!, frame));
    expect(median(late.slice(-12)) - median(late.slice(0, 12))).toBeLessThan(500);
  });

  it('only swaps packets: every picture is whole', async ({ onTestFinished }) => {
    const fault = lossy({ seed: 5, lost: 0, swapped: 0.2 });
    const { stream } = await begin(onTestFinished, { rtspTransport: 'udp' }, (relay) => (relay.fault = fault));
    await stream.moreFrames(24);
    expect(fault.counts.swapped).toBeGreaterThan(5);
    expect(stream.stream.stats().decodeErrors).toBe(0);
    expect(stream.states('lost')).toEqual([]);
  });

  it('drops everything over UDP while the control connection lives: stalled, lost, and live when packets come', async ({
    onTestFinished,
  }) => {
    const { relay, stream } = await begin(onTestFinished, { rtspTransport: 'udp', openTimeoutMs: 2000 });
    await stream.moreFrames(4);
    const silentAt = Date.now();
    relay.fault = () => [];
    await stream.until(() => stream.states('lost').length === 1);
    const [[stalled], [lost]] = [stream.states('stalled'), stream.states('lost')];
    expect(stalled).toMatchObject({ code: 'SOURCE_STALLED' });
    expect(stalled!.atMs - silentAt).toBeLessThan(2500);
    expect(lost).toMatchObject({ code: 'SOURCE_STALLED' });
    expect(lost!.atMs - silentAt).toBeLessThan(4500);
    relay.fault = (packet) => [packet];
    await stream.until(() => stream.states('live').length === 2);
  });

  it.for(['tcp', 'udp'] as const)(
    'sends noise over %s from the start: corrupt, and tried again',
    async (rtspTransport, { onTestFinished }) => {
      const { stream } = await begin(onTestFinished, { rtspTransport }, (relay) => (relay.fault = noise(1)));
      await stream.until(() => stream.states('connecting').length === 2);
      expect(story(stream.items)).toBe('connecting lost connecting');
      expect(stream.states('lost')).toMatchObject([{ code: 'SOURCE_CORRUPT', retryInMs: 50 }]);
    },
  );

  it.for(['tcp', 'udp'] as const)(
    'sends noise over %s for a while: stalled, corrupt, then live again',
    async (rtspTransport, { onTestFinished }) => {
      const { relay, stream } = await begin(onTestFinished, { rtspTransport });
      await stream.moreFrames(4);
      relay.fault = noise(2);
      await stream.until(() => stream.states('lost').length === 1);
      expect(stream.states('stalled')).toHaveLength(1);
      expect(stream.states('lost')).toMatchObject([{ code: 'SOURCE_CORRUPT' }]);
      relay.fault = (packet) => [packet];
      await stream.until(() => stream.states('live').length === 2);
      expect(stream.stream.stats().decodeErrors).toBeGreaterThan(0);
      expectOneTimeline(stream.items);
    },
  );

  it("a camera's clock jumps forwards and backwards by hours: a gap each, and media time goes on as time does", async ({
    onTestFinished,
  }) => {
    const { relay, stream } = await begin(onTestFinished, {});
    for (const seconds of [3 * hour, -3 * hour, 0]) {
      await stream.moreFrames(6);
      relay.fault = clockMoved(seconds);
      const gaps = (): number => stream.items.filter(({ kind }) => kind === 'gap').length;
      const before = gaps();
      await stream.until(() => gaps() > before);
    }
    await stream.moreFrames(6);
    expect(story(stream.items)).toBe(
      'connecting live frames gap:timestamp-jump frames gap:timestamp-jump frames gap:timestamp-jump frames',
    );
    const frames = framesOf(stream.items);
    expect(Math.abs(drift(frames[0]!, frames.at(-1)!))).toBeLessThan(1000);
    expectOneTimeline(stream.items);
  });

  it('the clock of this machine is set five hours on while the camera is away: media time goes on as time does', async ({
    onTestFinished,
  }) => {
    let shiftMs = 0;
    const clock = { now: () => Date.now() + shiftMs };
    const { server, stream } = await begin(onTestFinished, { clock });
    await stream.moreFrames(4);
    await server.tell('close');
    await stream.until(() => stream.states('lost').length === 1);
    shiftMs = 5 * hour * 1000;
    await stream.moreFrames(4);
    const frames = framesOf(stream.items);
    expect(Math.abs(drift(frames[0]!, frames.at(-1)!))).toBeLessThan(1000);
  });
});
