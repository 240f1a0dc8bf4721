/** Streaming mode through the whole program: a replay is lossless and gives the same bytes every time. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serverMessage } from '../../src/ws/index.js';
import { writeTinyModel, type TinyModel } from '../infer/support/tiny-model.js';
import { runCli, type Finished } from '../support/cli.js';
import { demoClip } from '../support/demo.js';

let folder: TinyModel;
beforeAll(async () => {
  folder = await writeTinyModel({ layers: 3 });
});
afterAll(() => folder.remove());

const replay = (mode: string): Promise<Finished> =>
  runCli(
    ['run', `demo=${demoClip}`, '--replay', '--json', '--scores', '--model', folder.dir, '--fps', '2', '--mode', mode],
    { ACTIONWIRE_CACHE_DIR: folder.cacheDir },
  );

it(
  'replays in streaming mode to identical bytes, which are not those of exact mode',
  { timeout: 180_000 },
  async () => {
    const [first, second, exact] = [await replay('streaming'), await replay('streaming'), await replay('exact')];
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr).toContain('streaming mode');
    expect(second.stdout).toBe(first.stdout);
    expect(exact.stdout).not.toBe(first.stdout);
    const windows = ({ stdout }: Finished): number[] =>
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => serverMessage.parse(JSON.parse(line)))
        .flatMap((message) => (message.type === 'scores' ? [message.windowIndex] : []));
    expect(windows(first).length).toBeGreaterThan(10);
    expect(windows(first)).toEqual(windows(exact));
  },
);
