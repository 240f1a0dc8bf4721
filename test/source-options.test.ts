import { describe, expect, it } from 'vitest';
import { parseConfig, type ConfigInput } from '../src/config.js';
import { mustFitSources, sourceOptions } from '../src/source-options.js';

const config = (input: Partial<ConfigInput> = {}) => parseConfig({ sources: ['test:'], server: false, ...input });

describe('sourceOptions', () => {
  it('leaves out what was not said', () => {
    expect(sourceOptions(config(), 'front')).toEqual({
      loop: false,
      rtspTransport: 'tcp',
      openTimeoutMs: 10_000,
      stallTimeoutMs: 5000,
      maxMemoryMb: 1024,
      reconnect: { initialMs: 500, maxMs: 30_000 },
      hwaccel: 'none',
      squarePixels: false,
      deinterlace: true,
    });
  });

  it('hands on what was said', () => {
    const said = {
      hwaccel: 'auto',
      squarePixels: true,
      deinterlace: false,
      colorMatrix: 'bt709',
      tlsCa: 'ca.pem',
    } as const;
    expect(sourceOptions(config(said), 'front')).toMatchObject(said);
  });

  it('a track for one stream goes before a track for all; of two the later counts', () => {
    const videoTracks = [{ stream: 'front', track: 2 }, { track: 1 }, { stream: 'front', track: 3 }];
    expect(sourceOptions(config({ videoTracks }), 'front').videoTrack).toBe(3);
    expect(sourceOptions(config({ videoTracks }), 'yard').videoTrack).toBe(1);
    expect(sourceOptions(config(), 'yard').videoTrack).toBeUndefined();
  });
});

describe('mustFitSources', () => {
  it('refuses a track of a stream that is not there', () => {
    const videoTracks = [{ stream: 'yrad', track: 0 }];
    expect(() => mustFitSources(config({ videoTracks }), ['yard'])).toThrow(
      /--video-track: no stream is named "yrad"; there are yard/,
    );
    expect(() => mustFitSources(config({ videoTracks: [{ track: 0 }] }), ['yard'])).not.toThrow();
  });

  it.each(['/no/such/ca.pem', 'package.json'])('refuses %s as certificates', (tlsCa) => {
    const refused = (): void => mustFitSources(config({ tlsCa }), ['yard']);
    expect(refused).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    expect(refused).toThrow('--tls-ca');
  });
});
