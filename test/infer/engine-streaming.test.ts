/** Streaming mode through the engine: what is sent, what is kept, and when a stream begins anew. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Window } from '../../src/core/types.js';
import { Engine, loadModel, type EngineOptions, type LoadedModel } from '../../src/infer/index.js';
import { processEnds } from './support/processes.js';
import { streamWindow } from './support/windows.js';
import { writeTinyModel, type TinyModel } from './support/tiny-model.js';

let folder: TinyModel;
let model: LoadedModel;
/** One for all tests that do no harm to it; every test has streams of its own. */
let shared: Engine;
let test = 0;

beforeAll(async () => {
  folder = await writeTinyModel({ layers: 3 });
  model = await loadModel(folder.dir, { cacheDir: folder.cacheDir });
  shared = await Engine.open(model, streaming);
});

beforeEach(() => {
  test++;
});

afterAll(async () => {
  await shared.close();
  await folder.remove();
});

const id = (streamId: string): string => `${streamId} of ${test}`;

const streaming: EngineOptions = { provider: 'cpu', threads: 1, mode: 'streaming', restartDelayMs: 1 };

async function withEngine(options: EngineOptions, use: (engine: Engine) => Promise<void>): Promise<void> {
  const engine = await Engine.open(model, options);
  try {
    await use(engine);
  } finally {
    await engine.close();
  }
}

/** Logits of each window, one after the other. */
async function logitsOf(engine: Engine, windows: readonly Window[]): Promise<Float32Array[]> {
  const all: Float32Array[] = [];
  for (const window of windows) all.push((await engine.infer(window)).logits);
  return all;
}

/** The window of 4 frames whose newest is `newest`, frames numbered from 0 and each with a picture of its own. */
const at = (newest: number, streamId = 's', run = 0): Window => streamWindow(model.info, newest, id(streamId), run);
const every = (stride: number, last: number, streamId = 's'): Window[] =>
  Array.from({ length: Math.floor((last - 3) / stride) + 1 }, (_, index) => at(3 + index * stride, streamId));

function close(a: Float32Array, b: Float32Array): void {
  a.forEach((value, index) => expect(value).toBeCloseTo(b[index]!, 4));
}

function farApart(a: Float32Array, b: Float32Array): void {
  expect(Math.max(...a.map((value, index) => Math.abs(value - b[index]!)))).toBeGreaterThan(1e-3);
}

describe('streaming mode', () => {
  it('says so', async () => {
    expect(shared.info.inference).toBe('streaming');
    await shared.infer(at(3));
  });

  it('gives the same scores whether a window brings one new frame, two or four', async () => {
    const one = await logitsOf(shared, every(1, 11, 'one'));
    const two = await logitsOf(shared, every(2, 11, 'two'));
    const four = await logitsOf(shared, every(4, 11, 'four'));
    two.forEach((logits, index) => close(logits, one[2 * index]!));
    four.forEach((logits, index) => close(logits, one[4 * index]!));
  });

  it('loses nothing when windows are dropped, as long as the next one holds all frames since', async () => {
    const all = await logitsOf(shared, every(1, 10, 'all'));
    const some = await logitsOf(
      shared,
      [3, 4, 8, 10].map((newest) => at(newest, 'some')),
    );
    close(some.at(-1)!, all.at(-1)!);
  });

  it('remembers frames from before the window, unlike exact mode', async () => {
    const [continued] = (await logitsOf(shared, every(1, 8))).slice(-1);
    const [fresh] = await logitsOf(shared, [at(8, 'fresh')]);
    farApart(continued!, fresh!);
  });

  it('depends on the last L (T - 1) + 1 frames, 10 for 3 layers and 4 frames, and on none before', async () => {
    const long = await logitsOf(shared, every(1, 12, 'long'));
    const late = await logitsOf(shared, every(1, 12, 'late').slice(3));
    farApart(late[1]!, long[4]!);
    expect(late.at(-1)).toHaveLength(long.at(-1)!.length);
    late.at(-1)!.forEach((value, index) => expect(value).toBeCloseTo(long.at(-1)![index]!, 5));
  });

  it.each<[string, [newest: number, run: number][]]>([
    [
      'after a gap',
      [
        [3, 0],
        [4, 0],
        [8, 1],
      ],
    ],
    [
      'when frames are missing',
      [
        [3, 0],
        [8, 0],
      ],
    ],
  ])('begins anew %s and forgets everything', async (_, places) => {
    const windows = places.map(([newest, run]) => at(newest, 's', run));
    const [last] = (await logitsOf(shared, windows)).slice(-1);
    const [fresh] = await logitsOf(shared, [{ ...windows.at(-1)!, streamId: id('fresh') }]);
    expect(last).toEqual(fresh);
  });

  it('forgets a stream that has ended, and no other', async () => {
    const [first] = await logitsOf(shared, [at(3), at(3, 'other')]);
    shared.forget(id('s'));
    const [again, other] = await logitsOf(shared, [at(4), at(4, 'other')]);
    const [fresh] = await logitsOf(shared, [at(4, 'fresh')]);
    expect(again).toEqual(fresh);
    farApart(again!, other!);
    farApart(first!, again!);
  });

  it('forgets a stream also while its window is in flight', async () => {
    const flying = shared.infer(at(3));
    shared.forget(id('s'));
    await flying;
    const [again, fresh] = await logitsOf(shared, [at(4), at(4, 'fresh')]);
    expect(again).toEqual(fresh);
  });

  it('rebuilds the state from the window at hand when the process has died', async () => {
    await withEngine(streaming, async (engine) => {
      await logitsOf(engine, every(1, 6));
      const pid = engine.pid!;
      process.kill(pid, 'SIGKILL');
      await processEnds(pid);
      await expect.poll(() => engine.stats.restarts).toBe(1);
      const [again, fresh] = await logitsOf(engine, [at(7), at(7, 'fresh')]);
      expect(again).toEqual(fresh);
    });
  });

  it('gives the same bytes in two runs, one of them among other streams', async () => {
    const alone = await logitsOf(shared, every(2, 9, 'alone'));
    const crowd = [every(2, 9, 'a'), every(2, 9, 'b'), every(2, 9, 'c')];
    const [among] = await Promise.all(crowd.map((windows) => logitsOf(shared, windows)));
    expect(among).toEqual(alone);
  });

  it('scores streams that wait together in one run, each as if it were alone', async () => {
    const inverted = every(1, 7, 'c').map((window) => ({ ...window, pixels: window.pixels.map((byte) => 255 - byte) }));
    const plan = [every(1, 7, 'a'), every(2, 9, 'b'), inverted];
    const alone: Float32Array[][] = [];
    for (const windows of plan) alone.push(await logitsOf(shared, windows));
    await withEngine({ ...streaming, batch: 3 }, async (engine) => {
      const together = await Promise.all(plan.map((windows) => logitsOf(engine, windows)));
      together.forEach((all, stream) => all.forEach((logits, index) => close(logits, alone[stream]![index]!)));
    });
  });

  it('refuses one window of a batch without harm to the others', async () => {
    await withEngine({ ...streaming, batch: 3 }, async (engine) => {
      const [first] = await logitsOf(engine, [at(3, 'first')]);
      const broken = { ...at(3, 'b'), frameCount: 3 };
      const waiting = [at(3), broken, at(3, 'c')].map((window) => engine.infer(window));
      const [a, b, c] = await Promise.allSettled(waiting);
      expect(b).toMatchObject({ status: 'rejected', reason: { code: 'WINDOW_INVALID' } });
      for (const good of [a, c]) {
        if (good?.status !== 'fulfilled') throw new Error('a good window was refused');
        close(good.value.logits, first!);
      }
    });
  });

  it('works for a model whose window is a single frame, with nothing to remember', async () => {
    const single = await writeTinyModel({ frames: 1 });
    const engine = await Engine.open(await loadModel(single.dir, { cacheDir: single.cacheDir }), streaming);
    try {
      const windows = [0, 1].map((newest) => streamWindow(engine.info, newest, 's'));
      const [, second] = await logitsOf(engine, windows);
      const [fresh] = await logitsOf(engine, [streamWindow(engine.info, 1, 'fresh')]);
      close(second!, fresh!);
    } finally {
      await engine.close();
      await single.remove();
    }
  });
});
