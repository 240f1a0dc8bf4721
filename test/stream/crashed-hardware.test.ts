/** Hardware that took a decoder process down with it is left out by `auto` until the stream ends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AttemptHandlers, runAttempt } from '../../src/stream/attempt.js';
import { CrashedHardware } from '../../src/stream/crashed-hardware.js';
import { crashed } from '../../src/stream/failure.js';
import { hwaccelCandidates, type HwaccelChoice, type HwaccelName } from '../../src/stream/hwaccel.js';
import { makeClip } from '../support/make-clip.js';
import { collect, open, statesOf, story } from '../support/streams.js';

/** What stands in for the first decoder process; all others are real. */
let first: ((handlers: AttemptHandlers) => void) | undefined;
/** What the real processes said they were about to open. */
let told: (HwaccelName | undefined)[] = [];

vi.mock('../../src/stream/attempt.js', async (original) => {
  const real = await original<{ runAttempt: typeof runAttempt }>();
  const stand: typeof runAttempt = async (order, handlers, signal) => {
    if (first !== undefined) {
      first(handlers);
      first = undefined;
      return { kind: 'failed', failure: crashed('signal SIGSEGV') };
    }
    const onHardware: AttemptHandlers['onHardware'] = (name) => {
      told.push(name);
      handlers.onHardware(name);
    };
    return real.runAttempt(order, { ...handlers, onHardware }, signal);
  };
  return { ...real, runAttempt: stand };
});

describe('what is remembered', () => {
  it('is what was at work when the process crashed, and only then', () => {
    const hardware = new CrashedHardware();
    hardware.use('vaapi');
    hardware.use('cuda');
    hardware.conclude(crashed('signal SIGSEGV'));
    hardware.conclude(crashed('signal SIGKILL')); // before it had said anything
    hardware.use('qsv');
    hardware.conclude({ kind: 'unreachable', message: 'Refused.' });
    hardware.use('qsv');
    hardware.use(undefined);
    hardware.conclude(crashed('signal SIGSEGV'));
    expect(hardware.names).toEqual(['cuda']);
  });
});

describe.skipIf(hwaccelCandidates('auto').length === 0)('a stream whose decoder process crashes over hardware', () => {
  const [bad, ...others] = hwaccelCandidates('auto');
  let folder: string;
  let clip: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'actionwire-crashed-hardware-'));
    clip = await makeClip(join(folder, 'clip.mp4'), { seconds: 1, size: '160x120' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = async (hwaccel: HwaccelChoice) => {
    told = [];
    first = ({ onHardware }) => onHardware(bad);
    return collect(open(clip, { hwaccel, mode: 'live', pace: 'asap' }));
  };

  it('goes on without it, and says why', async () => {
    const items = await run('auto');
    expect(story(items)).toBe('connecting lost connecting live frames ended');
    expect(told[0]).toBe(others[0]);
    expect(told).not.toContain(bad);
    const { decoder } = statesOf(items).find(({ status }) => status === 'live')!;
    expect(decoder!.why).toMatch(new RegExp(`^${bad}: the decoder process crashed`));
    expect(told.at(-1)).toBe(decoder!.hardware);
  });

  it('tries it again when it was asked for by name', async () => {
    await run(bad!);
    expect(told[0]).toBe(bad);
  });
});
