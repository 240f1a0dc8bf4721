/** Hardware decoding where there is no hardware: what is asked for fails, `auto` goes on in software, and both say why. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hwaccelCandidates, type HwaccelName } from '../../src/stream/hwaccel.js';
import { makeClip } from '../support/make-clip.js';
import { collect, framesOf, open, statesOf, story } from '../support/streams.js';

describe('hwaccelCandidates', () => {
  it('none, everything the platform can have, or the one asked for', () => {
    expect(hwaccelCandidates('none', 'linux')).toEqual([]);
    expect(hwaccelCandidates('auto', 'linux')).toEqual(['vaapi', 'cuda', 'qsv']);
    expect(hwaccelCandidates('auto', 'aix')).toEqual([]);
    expect(hwaccelCandidates('cuda', 'win32')).toEqual(['cuda']);
  });

  it('refuses what the platform cannot have, naming what it can', () => {
    const refused = (): unknown => hwaccelCandidates('videotoolbox', 'linux');
    expect(refused).toThrow(/no videotoolbox on linux; there may be vaapi, cuda, qsv/);
    expect(refused).toThrow(expect.objectContaining({ code: 'HWACCEL_UNAVAILABLE' }));
    expect(() => hwaccelCandidates('vaapi', 'aix')).toThrow('there is none');
  });
});

describe('a stream', () => {
  let folder: string;
  let clip: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'actionwire-hwaccel-'));
    clip = await makeClip(join(folder, 'clip.mp4'), { seconds: 1, size: '160x120' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const decoderOf = (items: Parameters<typeof statesOf>[0]) =>
    statesOf(items).find(({ status }) => status === 'live')?.decoder;

  it('is decoded in software unless asked otherwise', async () => {
    expect(decoderOf(await collect(open(clip)))).toEqual({ name: 'h264' });
  });

  it('auto: the same pictures, and what decoded them and why is told', async () => {
    const items = await collect(open(clip, { hwaccel: 'auto' }));
    expect(story(items)).toBe('connecting live frames ended');
    const decoder = decoderOf(items)!;
    const candidates = hwaccelCandidates('auto');
    if (decoder.hardware === undefined) {
      for (const name of candidates) expect(decoder.why).toMatch(new RegExp(`(?:^|; )${name}: [a-z]`));
      expect(framesOf(items)).toEqual(framesOf(await collect(open(clip))));
    } else expect(candidates).toContain(decoder.hardware);
  });

  it('one by name: it decodes, or the stream fails and says why', async () => {
    for (const hwaccel of hwaccelCandidates('auto')) {
      const items = await collect(open(clip, { hwaccel }));
      const last = statesOf(items).at(-1)!;
      if (last.status === 'ended') expect(decoderOf(items)!.hardware).toBe(hwaccel);
      else {
        expect(last).toMatchObject({ status: 'failed', code: 'HWACCEL_UNAVAILABLE' });
        expect(last.reason).toMatch(new RegExp(`^Not decoded by ${hwaccel}: [a-z]`));
      }
    }
  });

  it('one that the platform cannot have: refused before anything starts', () => {
    const impossible: HwaccelName = process.platform === 'darwin' ? 'd3d11' : 'videotoolbox';
    expect(() => open(clip, { hwaccel: impossible })).toThrow(expect.objectContaining({ code: 'HWACCEL_UNAVAILABLE' }));
  });
});
