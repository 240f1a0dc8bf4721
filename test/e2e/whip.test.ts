/** A browser's camera, published from the page of the running program, to the events that a subscriber hears. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerMessage } from '../../src/ws/index.js';
import { chromiumNote, chromiumPath, startChromium } from '../http/chromium.js';
import { writeTinyModel } from '../infer/support/tiny-model.js';
import { startCli } from '../support/cli.js';
import { readCodedPictures } from '../support/coded-pictures.js';
import { demoClip } from '../support/demo.js';
import { makeClip } from '../support/make-clip.js';
import { Subscriber, type MessageOf } from '../support/subscriber.js';
import { WhipPublisher } from '../support/whip-publisher.js';

const token = 'correct-horse-battery';
const opened: (() => unknown)[] = [];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actionwire-whip-'));
});
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
  rmSync(folder, { recursive: true, force: true });
});

/** A part of the demo clip in the form and at the rate of Chromium's fake camera, which shows it over and over. */
function cameraClip(fromS: number, toS: number): Promise<string> {
  const graph = `movie=${demoClip},trim=start=${fromS}:end=${toS},setpts=PTS-STARTPTS,fps=30`;
  return makeClip(join(folder, 'camera.mjpeg'), {
    graph,
    codec: 'mjpeg',
    fps: 30,
    encoderOptions: { qmin: '2', qmax: '4' },
  });
}

/** Starts the program with a published stream `me`, and listens to it. */
async function start(): Promise<{ url: string; subscriber: Subscriber; printed: () => string }> {
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, `${token}\n`);
  const program = startCli([
    'run',
    'me=whip:',
    '--port',
    '0',
    '--json',
    '--log-level',
    'debug',
    '--whip-token-file',
    tokenFile,
  ]);
  opened.push(() => (program.child.kill('SIGKILL'), program.finished));
  const [socket] = await program.waitFor(/ws:\/\/\S+/);
  const subscriber = await Subscriber.connect(socket);
  opened.push(() => subscriber.close());
  const printed = (): string => program.printed.stdout + program.printed.stderr;
  return { url: socket.replace('ws:', 'http:').replace(/ws$/, ''), subscriber, printed };
}

const started =
  (label: string) =>
  (message: ServerMessage): message is MessageOf<'action.started'> =>
    message.type === 'action.started' && message.label === label;

it('a stream that is added later takes publishers too, and sends them away when it is removed', async () => {
  const model = await writeTinyModel();
  opened.push(() => model.remove());
  const options = ['--allow-control', '--port', '0', '--json', '--model', model.dir];
  const program = startCli(['run', ...options], { ACTIONWIRE_CACHE_DIR: model.cacheDir });
  opened.push(() => (program.child.kill('SIGKILL'), program.finished));
  const [socket] = await program.waitFor(/ws:\/\/\S+/);
  const url = socket.replace('ws:', 'http:').replace(/ws$/, '');
  const exchange = async (offer: string): Promise<string> => {
    const headers = { 'Content-Type': 'application/sdp' };
    const answer = await fetch(`${url}whip/me`, { method: 'POST', headers, body: offer });
    if (answer.status !== 201) throw new Error(`status ${answer.status}`);
    return answer.text();
  };
  const clip = await makeClip(join(folder, 'clip.mkv'), { codec: 'libvpx', seconds: 1 });
  const sender = { pictures: await readCodedPictures(clip), codec: 'vp8' } as const;
  await expect(WhipPublisher.connect(exchange, sender)).rejects.toThrow('status 404');

  const headers = { 'content-type': 'application/json' };
  const put = await fetch(`${url}api/streams/me`, { method: 'PUT', headers, body: '{"source": "whip:"}' });
  expect(put.status).toBe(201);
  const subscriber = await Subscriber.connect(socket);
  opened.push(() => subscriber.close());
  const publisher = await WhipPublisher.connect(exchange, sender);
  opened.push(() => publisher.close());
  await subscriber.first((message) => message.type === 'stream.state' && message.status === 'live');
  await expect(WhipPublisher.connect(exchange, sender)).rejects.toThrow('status 409');

  expect((await fetch(`${url}api/streams/me`, { method: 'DELETE' })).status).toBe(204);
  await expect(WhipPublisher.connect(exchange, sender)).rejects.toThrow('status 404');
});

describe.skipIf(chromiumPath === undefined)(`a camera in a browser${chromiumNote}`, () => {
  it('becomes events of what it shows, and its token is shown nowhere', { timeout: 90_000 }, async () => {
    const clip = await cameraClip(12.4, 22.4); // five seconds of waving, five of clapping
    const { url, subscriber, printed } = await start();
    const browser = await startChromium([
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${clip}`,
    ]);
    opened.push(() => browser.close());
    const page = await (await browser.newContext({ permissions: ['camera'] })).newPage();
    await page.goto(url);
    await page.getByRole('button', { name: 'Use my webcam' }).click();
    await page.getByRole('textbox', { name: 'Token' }).fill(token);
    await page.getByRole('button', { name: 'Use my webcam' }).click();

    const [waving, clapping] = await Promise.all([
      subscriber.first(started('waving'), { timeoutMs: 45_000 }),
      subscriber.first(started('clapping'), { timeoutMs: 45_000 }),
    ]);
    for (const action of [waving, clapping]) {
      expect(action.streamId).toBe('me');
      expect(action.latencyMs).toBeGreaterThanOrEqual(0);
      expect(action.latencyMs).toBeLessThan(5000);
    }
    await page.close();
    await subscriber.first(
      (message): message is MessageOf<'stream.state'> => message.type === 'stream.state' && message.status === 'lost',
      { timeoutMs: 15_000 },
    );
    expect(printed()).not.toContain(token);
  });
});
