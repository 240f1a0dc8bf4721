/** `actionwire/testing` as a user has it: found by the package's name, typed, inside a test runner of the user's own. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareEvents, comparisonReport, replay } from 'actionwire/testing';
import { cutClip } from './support/cut-clip.js';
import { demoClip } from './support/demo.js';
import { decoderPids } from './support/streams.js';

const run = promisify(execFile);

let folder: string;
let clip: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'actionwire-testing-'));
  clip = await cutClip(demoClip, join(folder, 'clip.mp4'), 20);
});
afterAll(() => rm(folder, { recursive: true }));

describe('replay', () => {
  it('gives the ended actions, gaps and states of a recording, the same every time, and leaves no process', async () => {
    const first = await replay(`demo=${clip}`);
    expect(first.actions.map(({ label }) => label)).toEqual(expect.arrayContaining(['walking', 'waving']));
    expect(first.actions.at(-1)).toMatchObject({ streamId: 'demo', reason: 'stream-ended' });
    expect(first.gaps).toEqual([]);
    expect(first.states.map(({ status }) => status)).toEqual(['connecting', 'live', 'ended']);
    const second = await replay([`demo=${clip}`]);
    expect(second).toEqual(first);
    expect(comparisonReport(compareEvents(first, second, { minIou: 1, timeMs: 0, score: 0 }))).toMatch(/^equal/);
    expect(decoderPids()).toEqual([]);
  }, 60_000);

  it('takes the options of a run', async () => {
    const options = { labels: ['waving', 'walking', 'nothing happening'], strideFrames: 24, exit: 0.2, enter: 0.4 };
    const { actions } = await replay(`demo=${clip}`, options);
    expect(actions.length).toBeGreaterThan(0);
    expect(options.labels).toEqual(expect.arrayContaining(actions.map(({ label }) => label)));
  });

  it('rejects with a code for what cannot be replayed', async () => {
    await expect(replay('none.mp4')).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    await expect(replay('rtsp://camera/x')).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(replay(clip, { enter: 2 })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(replay(clip, { model: '/no/such' })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });

  it('rejects with the reason of a signal, before it begins and in the middle', async () => {
    const reason = new Error('enough');
    await expect(replay(clip, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const stop = new AbortController();
    const running = replay(clip, { strideFrames: 1, signal: stop.signal });
    await expect.poll(() => decoderPids().length, { timeout: 20_000 }).toBe(1);
    stop.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect(decoderPids()).toEqual([]);
  });
});

const userTest = (path: string): string => `import { expect, it } from 'vitest';
import { compareEvents, comparisonReport, replay, type EventLog } from 'actionwire/testing';

it('recognises the clip', async () => {
  const events: EventLog = await replay(${JSON.stringify(path)}, { strideFrames: 24 });
  const again = await replay(${JSON.stringify(path)}, { strideFrames: 24 });
  const comparison = compareEvents(events, again, { minIou: 1 });
  expect(comparison.equal, comparisonReport(comparison)).toBe(true);
  expect(events.actions.length).toBeGreaterThan(0);
}, 60_000);
`;

describe('in a project that has the package installed', () => {
  let project: string;

  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'actionwire-user-'));
    await mkdir(join(project, 'node_modules'));
    await symlink(process.cwd(), join(project, 'node_modules', 'actionwire'), 'junction');
    for (const name of ['vitest', 'typescript']) {
      await symlink(resolve('node_modules', name), join(project, 'node_modules', name), 'junction');
    }
    await writeFile(join(project, 'package.json'), '{ "type": "module" }');
    await writeFile(join(project, 'clip.test.ts'), userTest(clip));
  });
  afterAll(() => rm(project, { recursive: true }));

  it('runs under vitest', async () => {
    const { stdout } = await run(
      process.execPath,
      [resolve('node_modules/vitest/vitest.mjs'), 'run', '--root', project],
      {
        cwd: project,
        env: {
          ...process.env,
          NO_COLOR: '1',
          VITEST: undefined,
          VITEST_POOL_ID: undefined,
          VITEST_WORKER_ID: undefined,
        },
      },
    );
    expect(stdout).toMatch(/Tests +1 passed/);
  }, 60_000);

  it('is typed', async () => {
    const compiler = resolve('node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--skipLibCheck'];
    await run(process.execPath, [compiler, ...options, 'clip.test.ts'], { cwd: project });
    await writeFile(join(project, 'wrong.ts'), "import { replay } from 'actionwire/testing';\nawait replay(1);\n");
    await expect(run(process.execPath, [compiler, ...options, 'wrong.ts'], { cwd: project })).rejects.toMatchObject({
      stdout: expect.stringMatching(/wrong\.ts\(2,14\): error TS2345/) as string,
    });
  }, 60_000);
});
