/** Finds and starts a real browser for tests of the page; without one they are skipped, and the test's name says so. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** `CHROMIUM_PATH` wins over the usual places. */
export const chromiumPath = [process.env['CHROMIUM_PATH'], ...usualPlaces].find(
  (path): path is string => path !== undefined && existsSync(path),
);

export const chromiumNote = chromiumPath === undefined ? ' (SKIPPED: no Chromium found, set CHROMIUM_PATH)' : '';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** With a profile of its own, thrown away at `close()`; `more` command-line flags. */
export function startChromium(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath ?? '', headless: true, args: [...flags, ...more] });
}
