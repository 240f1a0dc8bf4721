import { monitorEventLoopDelay } from 'node:perf_hooks';
import { firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Window } from '../../src/core/types.js';
import { Engine, loadModel, type LoadedModel } from '../../src/infer/index.js';
import { noiseWindow } from './support/windows.js';
import { tinyLabels, writeTinyModel, type TinyModel } from './support/tiny-model.js';

let folder: TinyModel;
let model: LoadedModel;
let engine: Engine;

beforeAll(async () => {
  folder = await writeTinyModel();
  model = await loadModel(folder.dir, { cacheDir: folder.cacheDir });
  engine = await Engine.open(model, { provider: 'cpu', threads: 2 });
});

afterAll(async () => {
  await engine.close();
  await folder.remove();
});

const bytes = (values: Float32Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');

describe('Engine', () => {
  it('says what it runs', () => {
    expect(engine.provider).toBe('cpu, 2 threads');
    expect(engine.info).toMatchObject({ name: 'tiny', frameCount: 4, fps: 10, labels: tinyLabels });
  });

  it('gives one probability a label, the softmax of the logits', async () => {
    const { values, logits, inferenceMs } = await engine.infer(noiseWindow(model.info, 1));
    const weights = [...logits].map(Math.exp);
    const sum = weights.reduce((a, b) => a + b);
    expect(values).toHaveLength(tinyLabels.length);
    weights.forEach((weight, index) => expect(values[index]).toBeCloseTo(weight / sum, 5));
    expect(inferenceMs).toBeGreaterThan(0);
  });

  it('tells different windows apart', async () => {
    const [a, b] = await Promise.all([1, 2].map((index) => engine.infer(noiseWindow(model.info, index))));
    expect(bytes(a!.logits)).not.toBe(bytes(b!.logits));
  });

  it('gives the same bytes for the same window: again, between others, in another process, with one thread', async () => {
    const window = noiseWindow(model.info, 1);
    const first = bytes((await engine.infer(window)).logits);
    const crowd = await Promise.all(
      [2, 1, 3, 1].map((index) => engine.infer(noiseWindow(model.info, index, `${index}`))),
    );
    expect([bytes(crowd[1]!.logits), bytes(crowd[3]!.logits)]).toEqual([first, first]);
    const other = await Engine.open(model, { provider: 'cpu', threads: 1 });
    try {
      expect(bytes((await other.infer(window)).logits)).toBe(first);
    } finally {
      await other.close();
    }
  });

  it('copies the pixels at the time of the call, also of a window that has to wait', async () => {
    const [one, two] = [noiseWindow(model.info, 1), noiseWindow(model.info, 2)];
    const expected = [await engine.infer(one), await engine.infer(two)].map(({ logits }) => bytes(logits));
    const pending = [engine.infer(one), engine.infer(two)];
    one.pixels.fill(0);
    two.pixels.fill(0);
    expect((await Promise.all(pending)).map(({ logits }) => bytes(logits))).toEqual(expected);
  });

  it('asks for a window only when its turn comes', async () => {
    const before = engine.stats.windows;
    const scoredWhenTaken: number[] = [];
    const take = (): Window => {
      scoredWhenTaken.push(engine.stats.windows);
      return noiseWindow(model.info, 2);
    };
    await Promise.all([engine.infer(noiseWindow(model.info, 1)), firstValueFrom(engine.score(take))]);
    expect(scoredWhenTaken).toEqual([before + 1]);
  });

  it('never asks for the window of a turn that was given up', async () => {
    const running = engine.infer(noiseWindow(model.info, 1));
    const taken: string[] = [];
    const givenUp = engine.score(() => {
      taken.push('given up');
      return noiseWindow(model.info, 2);
    });
    givenUp.subscribe().unsubscribe();
    await running;
    await engine.infer(noiseWindow(model.info, 3));
    expect(taken).toEqual([]);
  });

  it('refuses a window of another size and names both', async () => {
    const window = { ...noiseWindow(model.info, 1), width: 16 };
    const message = 'tiny: expected 4 x 32 x 32 x 3 (12288 bytes), found 4 x 32 x 16 x 3 (12288 bytes)';
    await expect(engine.infer(window)).rejects.toMatchObject({ code: 'WINDOW_INVALID', message });
  });

  it('counts what it has done', async () => {
    const before = engine.stats.windows;
    await engine.infer(noiseWindow(model.info, 1));
    expect(engine.stats).toMatchObject({ windows: before + 1, lost: 0, restarts: 0, waiting: 0 });
    expect(engine.stats.lastInferenceMs).toBeGreaterThan(0);
  });

  it('averages the prompts of a label as the text tower gives them', async () => {
    const twice = await writeTinyModel({ manifest: { promptTemplates: ['{}', '{}'] } });
    try {
      const other = await Engine.open(await loadModel(twice.dir, { cacheDir: twice.cacheDir }), { provider: 'cpu' });
      const [a, b] = await Promise.all([engine, other].map((each) => each.infer(noiseWindow(model.info, 1))));
      await other.close();
      a!.logits.forEach((logit, index) => expect(b!.logits[index]).toBeCloseTo(logit, 4));
    } finally {
      await twice.remove();
    }
  });

  it('leaves the event loop free while a window is scored', async () => {
    const slow = await writeTinyModel({ frames: 32, layers: 6, imageSize: 128, hiddenSize: 192 });
    const heavy = await Engine.open(await loadModel(slow.dir, { cacheDir: slow.cacheDir }), {
      provider: 'cpu',
      threads: 1,
    });
    try {
      const window = noiseWindow(heavy.info, 1);
      const delays = monitorEventLoopDelay({ resolution: 1 });
      delays.enable();
      const { inferenceMs } = await heavy.infer(window);
      delays.disable();
      expect(inferenceMs).toBeGreaterThan(20);
      // Inference on this thread would show as one delay as long as the whole run.
      expect(delays.mean / 1e6).toBeLessThan(inferenceMs / 4);
    } finally {
      await heavy.close();
      await slow.remove();
    }
  });
});
