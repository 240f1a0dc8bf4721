/** Several streams through the whole program: limits of single streams, and the warning when there is too much to do. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serverMessage } from '../../src/ws/index.js';
import { writeTinyModel, type TinyModel } from '../infer/support/tiny-model.js';
import { runCli, startCli } from '../support/cli.js';
import { demoClip } from '../support/demo.js';

let light: TinyModel;
let heavy: TinyModel;
beforeAll(async () => {
  light = await writeTinyModel();
  heavy = await writeTinyModel({ frames: 16, layers: 6, imageSize: 128, hiddenSize: 192 });
});
afterAll(() => Promise.all([light.remove(), heavy.remove()]));

it('a limit leaves out windows of its stream alone, the same in every replay', { timeout: 180_000 }, async () => {
  const sources = [`free=${demoClip}`, `limited=${demoClip}`];
  const options = ['--replay', '--json', '--scores', '--model', light.dir, '--fps', '2', '--stride', '4'];
  const { code, stdout, stderr } = await runCli(['run', ...sources, ...options, '--max-windows', 'limited=0.25'], {
    ACTIONWIRE_CACHE_DIR: light.cacheDir,
  });
  expect(code, stderr).toBe(0);
  const messages = stdout.trimEnd().split('\n');
  const windowsOf = (id: string): number[] =>
    messages
      .map((line) => serverMessage.parse(JSON.parse(line)))
      .flatMap((message) => (message.type === 'scores' && message.streamId === id ? [message.windowIndex] : []));
  // One window every two seconds, of which every other may be scored.
  const free = windowsOf('free');
  expect(free.length).toBeGreaterThan(30);
  expect(windowsOf('limited')).toEqual(free.filter((index) => index % 2 === 0));
});

it('warns, with what to do, when windows are dropped', { timeout: 120_000 }, async () => {
  const options = ['--model', heavy.dir, '--fps', '60', '--stride', '1', '--threads', '1', '--port', '0'];
  const program = startCli(['run', 'a=test:?fps=60', 'b=test:?fps=60', ...options], {
    ACTIONWIRE_CACHE_DIR: heavy.cacheDir,
  });
  await program.waitFor(/"code":"INFERENCE_OVERLOADED".*dropped, on .*`--mode streaming`/, 90_000);
  program.child.kill('SIGTERM');
  expect((await program.finished).code).toBe(0);
});
