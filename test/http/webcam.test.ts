/** "Use my webcam" in a real browser, whose fake camera plays a clip, up to the frames of the stream. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { StreamItem } from '../../src/core/types.js';
import { HttpServer } from '../../src/http/index.js';
import { openStream, parseSource, PublisherDesk, streamStats, type ActionStream } from '../../src/stream/index.js';
import { Hub } from '../../src/ws/index.js';
import { makeClip } from '../support/make-clip.js';
import { framesOf, smallPreparation, statesOf } from '../support/streams.js';
import { chromiumNote, chromiumPath, startChromium } from './chromium.js';

const model = {
  name: 'mini',
  frameCount: 32,
  fps: 16,
  strideFrames: 4,
  referencePoint: 0.5,
  labels: ['a', 'b'],
  backgroundLabel: 'b',
  preparation: smallPreparation,
} as const;

describe.skipIf(chromiumPath === undefined)(`the webcam of a page${chromiumNote}`, () => {
  let folder: string;
  let browser: Browser;
  let page: Page;
  let http: HttpServer;
  let hub: Hub;
  let stream: ActionStream;
  let items: StreamItem[];
  let stop: AbortController;
  let ended: Promise<void>;
  let wake: (() => void) | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'actionwire-webcam-'));
    const clip = await makeClip(join(folder, 'camera.mjpeg'), { codec: 'mjpeg', size: '640x480', seconds: 2, fps: 20 });
    browser = await startChromium(['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${clip}`]);
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(() => serve());
  afterEach(async () => {
    await page.context().close();
    await close();
  });

  async function close(): Promise<void> {
    stop.abort();
    await ended;
    await hub.close();
    await http.close();
  }

  async function serve(token?: string, stallTimeoutMs = 5000): Promise<void> {
    const desk = new PublisherDesk({ maxPublishers: 4, ice: { servers: [] } });
    const whip = { intake: desk, iceServers: [], ...(token === undefined ? {} : { token }) };
    http = await HttpServer.open({ port: 0, snapshot: () => hub.hello(), whip });
    hub = Hub.open({ server: http.server, model, version: '9.9.9' });
    hub.setStreams([{ streamId: 'me', source: 'whip:' }]);
    stop = new AbortController();
    stream = openStream(parseSource('whip:', { id: 'me' }), {
      fps: 8,
      preparation: smallPreparation,
      mode: 'live',
      desk,
      stallTimeoutMs,
      signal: stop.signal,
    });
    items = [];
    ended = (async () => {
      for await (const item of stream) {
        items.push(item);
        if (item.kind === 'state') hub.publish(item);
        wake?.();
      }
    })();
  }

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => (wake = resolve));
  }

  async function visit(options: BrowserContextOptions = { permissions: ['camera'] }): Promise<void> {
    page = await (await browser.newContext(options)).newPage();
    await page.goto(http.url);
    await page.getByText('Waiting for a publisher.').waitFor();
  }

  const press = (): Promise<void> => page.getByRole('button', { name: 'Use my webcam' }).click();
  const frames = (): number => framesOf(items).length;
  const story = (): string[] => statesOf(items).map(({ status }) => status);
  const told = (text: string): Promise<void> => page.locator('[data-part="told"]', { hasText: text }).waitFor();

  test.each(['H264', 'VP8', 'VP9'])('is published as %s, and stopped again', async (codec) => {
    await visit();
    await page.evaluate(preferCodec(codec));
    const answered = page.waitForResponse((response) => response.request().method() === 'POST');
    await press();
    expect(await (await answered).text()).toMatch(new RegExp(`^a=rtpmap:\\d+ ${codec}/90000`, 'm'));
    await told('This camera is being published.');
    await until(() => frames() >= 12);
    expect(story()).toEqual(['connecting', 'live']);
    expect(new Set(framesOf(items).map(({ pixels }) => Buffer.from(pixels).toString('latin1'))).size).toBeGreaterThan(
      6,
    );
    await page.getByRole('button', { name: 'Stop my webcam' }).click();
    await until(() => story().length === 4);
    expect(statesOf(items)[2]).toMatchObject({ status: 'lost', reason: 'The publisher has left.' });
    expect(streamStats(stream).decodeErrors).toBe(0);
  });

  test('leaves when its page is loaded again, and can come back at once', async () => {
    await visit();
    await press();
    await until(() => frames() >= 2);
    await page.reload();
    await until(() => story().length === 4);
    await page.getByText('Waiting for a publisher.').waitFor();
    await press();
    await until(() => story().length === 5);
    expect(story()).toEqual(['connecting', 'live', 'lost', 'connecting', 'live']);
  });

  test('is missed when its page crashes without a word', async () => {
    await close();
    await serve(undefined, 500);
    await visit();
    await press();
    await until(() => frames() >= 2);
    await page.goto('chrome://crash').catch(() => undefined);
    await until(() => story().length === 5);
    expect(story()).toEqual(['connecting', 'live', 'stalled', 'lost', 'connecting']);
  });

  test('may not be published by two pages at once', async () => {
    await visit();
    await press();
    await until(() => frames() >= 1);
    const other = await page.context().newPage();
    await other.goto(http.url);
    await other.getByRole('button', { name: 'Use my webcam' }).click();
    await other.locator('[data-part="told"]', { hasText: 'Somebody publishes to "me" already.' }).waitFor();
    const before = frames();
    await until(() => frames() >= before + 2);
    expect(story()).toEqual(['connecting', 'live']);
  });

  test('needs the token where there is one, and asks for it', async () => {
    await close();
    await serve('correct-horse-battery');
    await visit();
    expect(await page.locator('[data-part="token"]').isVisible()).toBe(false);
    await press();
    await told('Publishing needs the right bearer token.');
    await page.getByRole('textbox', { name: 'Token' }).fill('correct-horse-battery');
    await press();
    await until(() => frames() >= 1);
    await page.getByRole('button', { name: 'Stop my webcam' }).click();
    await until(() => story().length === 4);
  });

  test('says so when the camera is refused, is not there, or cannot be given to such a page', async () => {
    await visit({ permissions: [] });
    await page.evaluate(failCamera('NotAllowedError'));
    await press();
    await told('The camera was refused.');
    await page.evaluate(failCamera('NotFoundError'));
    await press();
    await told('No camera was found.');
    await page.evaluate(`Object.defineProperty(navigator, 'mediaDevices', { value: undefined })`);
    await press();
    await told('Browsers give the camera only to pages that came by https or from this machine (localhost).');
    expect(story()).toEqual(['connecting']);
  });
});

/** Runs in the page: what a browser without camera or permission does. */
const failCamera = (name: string): string =>
  `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', '${name}'))`;

/** Runs in the page: offers one codec only. */
const preferCodec = (codec: string): string => `(() => {
  const original = RTCPeerConnection.prototype.addTransceiver;
  RTCPeerConnection.prototype.addTransceiver = function (...args) {
    const transceiver = original.apply(this, args);
    const { codecs } = RTCRtpSender.getCapabilities('video');
    transceiver.setCodecPreferences(codecs.filter(({ mimeType }) => mimeType.endsWith('${codec}')));
    return transceiver;
  };
})()`;
