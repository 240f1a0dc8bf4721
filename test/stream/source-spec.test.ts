import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActionwireError } from '../../src/core/errors.js';
import { parseSource, planInput, sourceForms } from '../../src/stream/source-spec.js';
import type { PlanSettings } from '../../src/stream/source-type.js';

const id = 'cam';
const settings: PlanSettings = {
  mode: 'live',
  rtspTransport: 'tcp',
  openTimeoutMs: 10_000,
  stallTimeoutMs: 5_000,
  platform: 'linux',
};
const planOf = (text: string, changes: Partial<PlanSettings> = {}) =>
  planInput(parseSource(text, { id }), { ...settings, ...changes });

function errorOf(action: () => unknown): ActionwireError {
  try {
    action();
  } catch (error) {
    if (error instanceof ActionwireError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('parseSource', () => {
  it.each([
    ['rtsp://cam/stream', 'rtsp', 'rtsp://cam/stream', 'rtsp://cam/stream'],
    ['RTSPS://u:p@cam:322/s?x=1', 'rtsp', 'rtsps://u:p@cam:322/s?x=1', 'rtsps://cam:322/s?x=***'],
    ['rtsp://[::1]:8554/s', 'rtsp', 'rtsp://[::1]:8554/s', 'rtsp://[::1]:8554/s'],
    ['https://host/live.m3u8', 'http', 'https://host/live.m3u8', 'https://host/live.m3u8'],
    ['webcam:0', 'webcam', '0', 'webcam:0'],
    ['webcam:/dev/video2', 'webcam', '/dev/video2', 'webcam:/dev/video2'],
    ['webcam:Integrated Camera', 'webcam', 'Integrated Camera', 'webcam:Integrated Camera'],
    ['test:', 'test', 'test:', 'test:'],
    ['/a/b.mp4', 'file', '/a/b.mp4', '/a/b.mp4'],
    ['file:/a/b.mp4', 'file', '/a/b.mp4', '/a/b.mp4'],
    ['file:///a/b%20c.mp4', 'file', '/a/b c.mp4', '/a/b c.mp4'],
    ['b.mp4', 'file', resolve('b.mp4'), resolve('b.mp4')],
  ])('%s', (text, kind, url, displayUrl) => {
    expect(parseSource(text, { id })).toMatchObject({ id, kind, url, displayUrl });
  });

  it('encodes special characters of a password, and leaves what is encoded', () => {
    expect(parseSource('rtsp://me:p@ss:w"rd@cam/s', { id }).url).toBe('rtsp://me:p%40ss%3Aw%22rd@cam/s');
    expect(parseSource('rtsp://me:p%40ss@cam/s', { id }).url).toBe('rtsp://me:p%40ss@cam/s');
    expect(parseSource('rtsp://me:100%@cam/s', { id }).url).toBe('rtsp://me:100%25@cam/s');
  });

  it.each(['', '  ', 'gopher://x', 'concat:a|b', 'rtsp:', 'rtsp://', 'rtsp://cam:port/s', 'http://a b/c', 'test:foo'])(
    'refuses %j',
    (text) => {
      const error = errorOf(() => parseSource(text, { id }));
      expect(error.code).toBe('SOURCE_INVALID');
    },
  );

  it.skipIf(process.platform === 'win32').each(['/dev/null', 'file:/dev/zero', '.', '/'])(
    'refuses %s, which is no regular file',
    (text) => {
      const error = errorOf(() => parseSource(text, { id }));
      expect(error).toMatchObject({ code: 'SOURCE_INVALID' });
      expect(error.message).toContain('is not a regular file');
    },
  );

  it.skipIf(process.platform === 'win32')('refuses a FIFO without opening it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'actionwire-fifo-'));
    try {
      const fifo = join(folder, 'fifo.mp4');
      execFileSync('mkfifo', [fifo]);
      expect(errorOf(() => parseSource(fifo, { id })).code).toBe('SOURCE_INVALID');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('names every accepted form when the scheme is unknown', () => {
    const { message } = errorOf(() => parseSource('gopher://x', { id }));
    for (const form of sourceForms) expect(message).toContain(form);
  });

  it.each([
    'rtsp://user:se/cret@cam/s',
    'rtsp://user:secret@cam:bad/s',
    'http://u:secret@/x',
    '=rtsp://u:secret@cam/x',
    'rtsp://u:secret@ho st/x',
  ])('does not quote the password when it refuses %s', (text) =>
    expect(errorOf(() => parseSource(text, { id })).message).not.toMatch(/se.?cret/),
  );

  it.each([
    'webcam:0?size=big',
    'webcam:0?colour=red',
    'webcam:',
    'webcam:../etc',
    'test:?fps=0',
    'test:?size=1x1,movie=x',
  ])('refuses the setting in %s', (text) =>
    expect(errorOf(() => parseSource(text, { id })).code).toBe('SOURCE_INVALID'),
  );

  it('never shows a user name or password', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9!$&'()*+,;=:@._~-]{1,12}$/);
    fc.assert(
      fc.property(word, word, (user, password) => {
        const spec = parseSource(`rtsp://XX${user}:YY${password}@cam/s`, { id });
        expect(spec.displayUrl).toBe('rtsp://cam/s');
      }),
    );
  });
});

describe('planInput', () => {
  it('lets a network source open nothing but the network, a file nothing but files', () => {
    expect(planOf('https://h/x').options['protocol_whitelist']).not.toMatch(/file|data|concat|pipe|subfile/);
    expect(planOf('rtsp://h/x').options['protocol_whitelist']).not.toMatch(/file|http|data|pipe/);
    expect(planOf('/x.mp4').options['protocol_whitelist']).toBe('file');
  });

  it('has an allow-list of containers for every kind, devices only for their own', () => {
    for (const text of ['rtsp://h/x', 'https://h/x', '/x.mp4']) {
      const formats = planOf(text).options['format_whitelist']?.split(',');
      expect(formats).not.toHaveLength(0);
      for (const name of ['lavfi', 'v4l2', 'tty', 'concat', 'image2', 'dshow']) expect(formats).not.toContain(name);
    }
    expect(planOf('/x.mp4').options['format_whitelist']?.split(',')).not.toContain('hls');
  });

  it('opens a file by an explicit protocol, so that a name is never read as one', () => {
    expect(planOf('./http:x').url).toBe(`file:${resolve('http:x')}`);
  });

  it('passes the RTSP transport on', () => {
    expect(planOf('rtsp://h/x').options['rtsp_transport']).toBe('tcp');
    expect(planOf('rtsp://h/x', { rtspTransport: 'udp' }).options['rtsp_transport']).toBe('udp');
  });

  it.each([
    ['linux', 'webcam:1?size=1280x720&fps=30&format=mjpeg', 'v4l2', '/dev/video1', { input_format: 'mjpeg' }],
    ['linux', 'webcam:/dev/v4l/by-id/usb-cam', 'v4l2', '/dev/v4l/by-id/usb-cam', {}],
    ['darwin', 'webcam:0?size=1280x720', 'avfoundation', '0:none', { framerate: '30', video_size: '1280x720' }],
    ['win32', 'webcam:USB Camera?fps=15', 'dshow', 'video=USB Camera', { framerate: '15' }],
  ] as const)('webcam on %s: %s', (platform, text, format, url, options) => {
    const plan = planOf(text, { platform });
    expect(plan).toMatchObject({ format, url, nature: 'live', options });
  });

  it('says that there are no webcams on an unknown platform', () => {
    expect(errorOf(() => planOf('webcam:0', { platform: 'aix' })).code).toBe('SOURCE_UNSUPPORTED');
  });

  it('makes the test pattern finite only when asked to', () => {
    expect(planOf('test:?seconds=2').nature).toBe('recording');
    expect(planOf('test:').nature).toBe('endless');
  });
});
