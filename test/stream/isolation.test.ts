/** A decoder that dies or freezes costs its own stream a moment and the others nothing. */
import { describe, expect, it } from 'vitest';
import { decoderPids, expectOneTimeline, framesOf, isAlive, story } from '../support/streams.js';
import { StreamWatch } from '../support/watch-stream.js';

/** Linux tells a stopped process after two looks, elsewhere it is one that stopped answering; and some time for a loaded machine. Milliseconds. */
const [frozenLimitMs, frozen] =
  process.platform === 'linux' ? [500 + 1000, 'is stopped'] : [3000 + 1000 + 2000, 'stopped answering'];

describe.skipIf(process.platform === 'win32')('one decoder of two', () => {
  it.each([
    ['is killed', 'SIGKILL', 1000, 'signal SIGKILL'],
    ['crashes', 'SIGSEGV', 1000, 'signal SIGSEGV'],
    ['freezes', 'SIGSTOP', frozenLimitMs, frozen],
  ] as const)('%s: its stream is lost and comes back, the other never notices', async (_, signal, withinMs, reason) => {
    const reconnect = { initialMs: 500, maxMs: 500, jitter: 0 };
    const struck = new StreamWatch('test:?size=160x120', { reconnect });
    await struck.moreFrames(3);
    const [pid] = decoderPids();
    const other = new StreamWatch('test:?size=160x120');
    await other.moreFrames(3);

    const struckAt = Date.now();
    process.kill(pid!, signal);
    await struck.until(() => struck.states('lost').length === 1);
    const [lost] = struck.states('lost');
    expect(lost).toMatchObject({ code: 'SOURCE_CRASHED', retryInMs: 500 });
    expect(lost!.reason).toContain(reason);
    expect(lost!.atMs - struckAt).toBeLessThan(withinMs);
    expect(isAlive(pid!)).toBe(false);
    await struck.until(() => struck.states('live').length === 2);
    await other.moreFrames(3);
    await Promise.all([struck.close(), other.close()]);

    expectOneTimeline(struck.items);
    expect(story(other.items)).toBe('connecting live frames');
    const times = framesOf(other.items).map(({ capturedAtMs }) => capturedAtMs);
    expect(Math.max(...times.slice(1).map((at, i) => at - times[i]!))).toBeLessThan(1000);
    expect(decoderPids()).toEqual([]);
  });
});
