/** The built client is small, and runs in a real browser as it is, without a bundler. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';
import { chromiumNote, chromiumPath, startChromium } from '../http/chromium.js';
import { actionMessage, hubForEachTest } from '../ws/harness.js';

const open = hubForEachTest();

test('bundled, minified and gzipped it is at most 5 kB', async () => {
  const bundle = await rolldown({ input: 'dist/client/index.js' });
  const { output } = await bundle.generate({ minify: true });
  await bundle.close();
  expect(output).toHaveLength(1);
  expect(output[0].imports).toEqual([]);
  const bytes = gzipSync(output[0].code).length;
  expect(bytes).toBeGreaterThan(500);
  expect(bytes).toBeLessThanOrEqual(5000);
});

test.skipIf(chromiumPath === undefined)(`a browser imports it and hears an action${chromiumNote}`, async () => {
  const { hub, server, url } = await open();
  server.on('request', ({ url: path = '/' }, response) => {
    if (path === '/') response.setHeader('content-type', 'text/html').end('<!doctype html><title>client</title>');
    else if (!path.startsWith('/client/')) response.writeHead(404).end();
    else response.setHeader('content-type', 'text/javascript').end(readFileSync(`dist/client/${basename(path)}`));
  });
  const browser = await startChromium();
  try {
    const page = await browser.newPage();
    await page.goto(url.replace('ws:', 'http:').replace('/ws', '/'));
    hub.publish(actionMessage());
    const heard: unknown = await page.evaluate(`(async () => {
      const { connect } = await import('/client/index.js');
      const client = connect('/', { since: { epoch: 'test', seq: 0 } });
      for await (const message of client) if (message.type === 'action.started') return [message.label, client.cursor.seq];
    })()`);
    expect(heard).toEqual(['walk', 1]);
  } finally {
    await browser.close();
  }
});
