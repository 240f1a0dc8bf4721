/** What a network source or a file says cannot make the decoder open a local file: the video it names would play if it were opened. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSource } from '../../src/stream/index.js';
import { makeClip } from '../support/make-clip.js';
import { outsideTrack } from '../support/outside-track.js';
import { listen, serveFile, type TestServer } from '../support/serve-file.js';
import { collect, framesOf, open, statesOf, story } from '../support/streams.js';

let folder: string;
let server: TestServer;
let base: string;
let clip: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'actionwire-local-'));
  clip = await makeClip(join(folder, 'clip.ts'), { seconds: 1, size: '160x120' });
  server = await listen((request, response) => serveFile(join(folder, request.url ?? ''), request, response));
  ({ base } = server);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

it('the clip itself plays, over HTTP and as a file', async () => {
  for (const source of [`${base}/clip.ts`, clip]) {
    expect(framesOf(await collect(open(source))).length, source).toBeGreaterThanOrEqual(7);
  }
});

const hls = (...lines: string[]): string =>
  ['#EXTM3U', '#EXT-X-TARGETDURATION:2', ...lines, '#EXT-X-ENDLIST', ''].join('\n');
const dash = (url: string): string => `<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S" profiles="urn:mpeg:dash:profile:isoff-main:2011">
<Period><AdaptationSet mimeType="video/mp2t"><Representation id="1" bandwidth="1"><BaseURL>${url}</BaseURL>
<SegmentList duration="1"><SegmentURL media="${url}"/></SegmentList></Representation></AdaptationSet></Period></MPD>`;
const sdp =
  'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n';

describe.each(['over HTTP', 'on disk'])('%s', (where) => {
  it.each([
    ['a DASH manifest of a path', 'x.mpd', () => dash(clip)],
    ['a DASH manifest of a file URL', 'x.mpd', () => dash(`file://${clip}`)],
    ['an SDP file', 'x.sdp', () => sdp],
    ['a playlist of a file', 'x.m3u8', () => hls('#EXTINF:1,', `file:${clip}`)],
    ['a playlist through concat', 'x.m3u8', () => hls('#EXTINF:1,', `concat:${clip}`)],
    ['a playlist through subfile', 'x.m3u8', () => hls('#EXTINF:1,', `subfile,,start,0,end,0,,:${clip}`)],
    ['a playlist of inline data', 'x.m3u8', () => hls('#EXTINF:1,', `data:video/mp2t;base64,${base64()}`)],
    ['a playlist whose key is a file', 'x.m3u8', () => hls(key(`file://${clip}`), '#EXTINF:1,', 'clip.ts')],
    ['a concatenation script', 'x.ffconcat', () => `ffconcat version 1.0\nfile '${clip}'\n`],
  ])('%s opens nothing', async (_, name, text) => {
    writeFileSync(join(folder, name), text());
    const source = where === 'on disk' ? join(folder, name) : `${base}/${name}`;
    const items = await collect(open(source), (all) => statesOf(all).length === 2);
    expect(framesOf(items)).toEqual([]);
    expect(story(items)).toBe('connecting failed');
  });
});

const base64 = (): string => readFileSync(clip).toString('base64');
const key = (uri: string): string => `#EXT-X-KEY:METHOD=AES-128,URI="${uri}"`;

it.each(['subfile,,start,0,end,0,,:', 'concat:', 'data:video/mp2t;base64,', 'crypto:', 'async:file:', 'cache:'])(
  '%s is no source, or the name of a file that is not there',
  async (prefix) => {
    const outcome = async (): Promise<string | undefined> => {
      const { url, kind } = parseSource(`${prefix}${clip}`, { id: 'cam' });
      expect([kind, url]).toEqual(['file', expect.stringContaining(prefix)]);
      return statesOf(await collect(open(`${prefix}${clip}`))).at(-1)?.code;
    };
    const code = await outcome().catch((error: unknown) => (error as { code?: string }).code);
    expect(['SOURCE_INVALID', 'SOURCE_NOT_FOUND']).toContain(code);
  },
);

it('a QuickTime recording whose pictures lie in another file opens nothing', async () => {
  const whole = await makeClip(join(folder, 'whole.mov'), { seconds: 1, size: '160x120' });
  writeFileSync(join(folder, 'outside.mov'), outsideTrack(readFileSync(whole), whole));
  expect(framesOf(await collect(open(whole))).length).toBeGreaterThanOrEqual(7);
  for (const source of [`${base}/outside.mov`, join(folder, 'outside.mov')]) {
    const items = await collect(open(source), (all) => statesOf(all).length === 2);
    expect(framesOf(items)).toEqual([]);
    expect(statesOf(items).at(-1)).toMatchObject({ status: 'failed', code: 'SOURCE_CORRUPT' });
  }
});
