/** The page in a real browser, fed by the real hub. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ModelInfo } from '../../src/core/model-info.js';
import type { ActionEvent, ActionwireMessage, StreamStatus } from '../../src/core/types.js';
import { HttpServer } from '../../src/http/index.js';
import { Hub } from '../../src/ws/index.js';
import { chromiumNote, chromiumPath, startChromium } from './chromium.js';

const labels = ['idle', 'walking', 'waving', '<img src=x onerror="window.hacked=1">'];
const model: ModelInfo = {
  name: 'mini',
  frameCount: 32,
  fps: 16,
  strideFrames: 4,
  referencePoint: 0.5,
  labels,
  backgroundLabel: 'idle',
  preparation: { shortestEdge: 112, cropWidth: 112, cropHeight: 112, resample: 'bilinear' },
};

let http: HttpServer;
let hub: Hub;

async function serve(port = 0): Promise<void> {
  http = await HttpServer.open({ port, snapshot: () => hub.hello() });
  hub = Hub.open({ server: http.server, model, version: '9.9.9', statsEveryMs: 50 });
}

async function stop(): Promise<void> {
  await hub.close();
  await http.close();
}

function action(fields: Partial<ActionEvent>): ActionwireMessage {
  const now = Date.now();
  const event: ActionEvent = {
    type: 'action.started',
    id: 'door-1',
    streamId: 'door',
    label: 'walking',
    score: 0.8,
    peak: 0.8,
    top: [],
    fromMs: 5000,
    toMs: 6000,
    capturedAtMs: now,
    decidedAtMs: 7000,
    latencyMs: 50,
    ...fields,
  };
  return { kind: 'event', event };
}

function state(status: StreamStatus, more: object = {}, streamId = 'door'): ActionwireMessage {
  return { kind: 'state', state: { streamId, status, atMs: Date.now(), attempt: 1, ...more } };
}

function scores(values: readonly number[], streamId = 'door'): ActionwireMessage {
  const timing = { capturedAtMs: Date.now() - 80, queueMs: 5, inferenceMs: 40 };
  const smoothed = Float32Array.from(values);
  const shared = { streamId, windowIndex: 3, firstPtsMs: 5000, lastPtsMs: 7000, labels };
  return { kind: 'scores', scores: { ...shared, values: smoothed, timing }, smoothed };
}

describe.skipIf(chromiumPath === undefined)(`the page${chromiumNote}`, () => {
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());
  beforeEach(() => serve());
  afterEach(async () => {
    await page.context().close();
    await stop();
  });

  async function visit(options: BrowserContextOptions = {}): Promise<void> {
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })).newPage();
    complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(http.url);
    await page.getByText('Connected', { exact: true }).waitFor();
  }

  /** Publishes scores until the browser shows them: it subscribes to them only after it has connected. */
  async function scoresShown(values: readonly number[]): Promise<void> {
    const shown = page.locator('.scores li:visible').first().waitFor();
    const timer = setInterval(() => hub.publish(scores(values)), 20);
    await shown.finally(() => clearInterval(timer));
  }

  test('shows a stream, its scores, the current action and its end', async () => {
    await visit();
    hub.setStreams([{ streamId: 'door', source: 'rtsp://***@camera/1' }]);
    hub.setFrameRate('door', 15.98);
    hub.publish(state('live'));
    await page.getByText('Watching', { exact: true }).waitFor();
    await scoresShown([0.1, 0.7, 0.15, 0.05]);
    const rows = await page.locator('.scores li:visible').allInnerTexts();
    expect(rows[0]).toMatch(/walking\s+70\s%/);
    expect(rows).toHaveLength(4);

    hub.publish(action({}));
    await page.locator('.now .action', { hasText: 'walking' }).waitFor();
    expect(await page.locator('#announcer').innerText()).toBe('walking');
    expect(await page.locator('#events li[data-open="true"]').count()).toBe(1);

    hub.publish(action({ type: 'action.ended', reason: 'score-fell', toMs: 9500, peak: 0.93 }));
    await page.locator('.now .action', { hasText: 'No action' }).waitFor();
    expect(await page.locator('#events li').innerText()).toMatch(/walking\s+4\.5 s\s+peak 93\s%/);
    await page.locator('[data-part="frames"]', { hasText: '16.0' }).waitFor();
    await page.locator('[data-part="p50"]', { hasText: /^\d+ ms$/ }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('follows the labels of a stream when they are replaced: colours of their own, background muted', async () => {
    await visit();
    hub.setStreams([{ streamId: 'door', source: 'x' }]);
    hub.publish(state('live'));
    await scoresShown([0.1, 0.7, 0.15, 0.05]);
    const replaced = { version: 2, labels: ['falling', 'running', 'standing'], background: ['standing'], rules: {} };
    hub.publish({ kind: 'labels', streamId: 'door', labelSet: replaced });
    const item = scores([0.3, 0.2, 0.5]);
    if (item.kind !== 'scores') throw new Error('no scores');
    hub.publish({ ...item, scores: { ...item.scores, labels: replaced.labels, labelSet: replaced } });
    await page.locator('.scores li:visible', { hasText: 'falling' }).waitFor();
    const hues = await page
      .locator('.scores li:visible')
      .evaluateAll((rows) => rows.map((row) => (row as unknown as Styled).style.getPropertyValue('--hue')));
    expect(hues).toHaveLength(3);
    expect(hues[0]).toBe('var(--muted)');
    expect(new Set(hues).size).toBe(3);
    expect(complaints).toEqual([]);
  });

  test('a late joiner sees what is going on and what was', async () => {
    hub.setStreams([
      { streamId: 'door', source: 'x' },
      { streamId: 'yard', source: 'y' },
    ]);
    hub.publish(action({ id: 'yard-1', streamId: 'yard', label: 'waving' }));
    hub.publish(action({ id: 'yard-1', streamId: 'yard', label: 'waving', type: 'action.ended', reason: 'replaced' }));
    hub.publish(action({}));
    await visit();
    expect(await page.locator('.now .action').allInnerTexts()).toEqual(['walking', 'Connecting']);
    expect(await page.locator('#events .what').allInnerTexts()).toEqual(['walking', 'waving']);
    expect(await page.locator('#events .where').last().innerText()).toContain('yard');
  });

  test('tells of a lost stream and when it will be tried again', async () => {
    await visit();
    hub.publish(state('lost', { reason: 'The camera closed the connection', retryInMs: 60_000 }));
    await page.getByText('Signal lost').waitFor();
    await page.getByText(/The camera closed the connection · next attempt in (60|5\d) s/).waitFor();
    hub.publish(state('live', { attempt: 2 }));
    await page.locator('.badge', { hasText: 'Live' }).waitFor();
  });

  test('labels are text, never markup', async () => {
    await visit();
    hub.publish(state('live', {}, '<b>door</b>'));
    hub.publish(action({ streamId: '<b>door</b>', label: labels[3]! }));
    await page.locator('.now .action', { hasText: '<img' }).waitFor();
    expect(await page.locator('img, b').count()).toBe(0);
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(complaints).toEqual([]);
  });

  test('reconnects by itself when the server comes back, and forgets the old world', async () => {
    await visit();
    hub.publish(action({ label: 'waving' }));
    await page.locator('#events li').waitFor();
    const { port } = http.address;
    await stop();
    await page.locator('body[data-offline="true"]').waitFor();
    await serve(port);
    hub.publish(state('live', {}, 'garden'));
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.locator('.card', { hasText: 'garden' }).waitFor();
    expect(await page.locator('.card').count()).toBe(1);
    expect(await page.locator('#events li').count()).toBe(0);
  });

  test.each([
    ['phone', { width: 360, height: 740 }],
    ['desktop', { width: 1440, height: 900 }],
  ])('fits a %s without scrolling sideways, also with long names', async (_, viewport) => {
    const long = 'a person walking slowly while carrying an extraordinarily long label';
    hub.setStreams([{ streamId: `camera-${'x'.repeat(80)}`, source: `rtsp://camera/${'y'.repeat(200)}` }]);
    await visit({ viewport });
    hub.publish(action({ label: long, streamId: `camera-${'x'.repeat(80)}` }));
    await page.locator('.now .action', { hasText: long }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
  });

  test('text stands out from its ground, dark and light: contrast at least 4.5', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await visit({ colorScheme });
      const contrast = await page.evaluate(contrastScript);
      expect(contrast).toMatchObject({ ink: expect.any(Number) as number });
      for (const value of Object.values(contrast as Record<string, number>)) expect(value).toBeGreaterThanOrEqual(4.5);
      if (colorScheme === 'light') await page.context().close();
    }
  });

  test('the timeline is really drawn', async () => {
    await visit();
    hub.publish(state('live'));
    const colours = (): Promise<number> => page.locator('canvas').first().evaluate(countColours);
    await page.locator('canvas[aria-label^="No actions"]').waitFor();
    const before = await colours();
    hub.publish(action({ fromMs: -20_000 }));
    await page.locator('canvas[aria-label*="walking"]').waitFor();
    expect(await colours()).toBeGreaterThan(before);
  });
});

/** An element of the page, as far as it is asked here. */
interface Styled {
  readonly style: { getPropertyValue(name: string): string };
}

/** Runs in the page: WCAG contrast of the theme's text colours on its surfaces. */
const contrastScript = `(() => {
  const style = getComputedStyle(document.documentElement);
  const rgb = (name) => style.getPropertyValue(name).trim().match(/[0-9a-f]{2}/gi).map((hex) => parseInt(hex, 16) / 255);
  const light = (name) => rgb(name).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  return { ink: contrast('--ink', '--surface'), muted: contrast('--muted', '--surface'), onGround: contrast('--muted', '--ground'),
    good: contrast('--good', '--surface'), warn: contrast('--warn', '--surface'), bad: contrast('--bad', '--surface') };
})()`;

/** Runs in the page: how many different colours the canvas shows. */
function countColours(canvas: unknown): number {
  const { width, height, getContext } = canvas as {
    width: number;
    height: number;
    getContext: (kind: string) => unknown;
  };
  const context = getContext.call(canvas, '2d') as {
    getImageData: (x: number, y: number, w: number, h: number) => { data: Uint8ClampedArray };
  };
  return new Set(new Uint32Array(context.getImageData(0, 0, width, height).data.buffer)).size;
}
