/** Labels replaced while windows are scored, and taught examples, with the real inference process. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine, loadModel, type LoadedModel } from '../../src/infer/index.js';
import { weightsSha256, type Taught } from '../../src/infer/taught/index.js';
import { tinyLabels, writeTinyModel, type TinyModel } from './support/tiny-model.js';
import { noiseWindow, streamWindow } from './support/windows.js';

let folder: TinyModel;
let model: LoadedModel;
const others = ['jumping', 'waving'];

beforeAll(async () => {
  folder = await writeTinyModel();
  model = await loadModel(folder.dir, { cacheDir: folder.cacheDir });
});
afterAll(() => folder.remove());

async function withEngine(use: (engine: Engine) => Promise<void>, options = {}, loaded = model): Promise<void> {
  const engine = await Engine.open(loaded, { provider: 'cpu', threads: 1, ...options });
  try {
    await use(engine);
  } finally {
    await engine.close();
  }
}

describe('setLabels', () => {
  it.each(['exact', 'streaming'] as const)('swaps between windows, for one stream, with no window lost (%s)', (mode) =>
    withEngine(
      async (engine) => {
        const score = (newest: number, stream = 's') => engine.infer(streamWindow(model.info, newest, stream));
        const before = await score(4);
        const swap = { done: false };
        const replaced = engine.setLabels('s', others).then(() => (swap.done = true));
        const versions: number[] = [];
        for (let newest = 5; !swap.done; newest++) versions.push((await score(newest)).labelSet.version);
        await replaced;
        const [after, other] = [await score(900), await score(4, 'other')];
        expect(new Set(versions)).toEqual(new Set([1]));
        expect(after.labelSet).toMatchObject({ version: 2, labels: others });
        expect(after.values).toHaveLength(2);
        expect(other.labelSet.version).toBe(1);
        expect([...other.logits]).toEqual([...before.logits]);
      },
      { mode },
    ),
  );

  it.each(['exact', 'streaming'] as const)('batches streams of different sets, each scored with its own (%s)', (mode) =>
    withEngine(
      async (alone) => {
        await withEngine(
          async (batched) => {
            for (const engine of [alone, batched]) {
              await engine.setLabels('b', others);
              await engine.setLabels('d', ['walking', 'jumping', 'waving', 'falling down']);
            }
            const all = (engine: Engine): Promise<Float32Array[]> =>
              Promise.all(
                ['a', 'b', 'c', 'd', 'e'].map(async (id, index) => {
                  const { logits } = await engine.infer(noiseWindow(model.info, index, id));
                  return logits;
                }),
              );
            const [expected, found] = [await all(alone), await all(batched)];
            expect(batched.stats.runs).toBe(2);
            expect(found.map(({ length }) => length)).toEqual([3, 2, 3, 4, 3]);
            found.forEach((logits, stream) =>
              logits.forEach((value, label) => expect(value).toBeCloseTo(expected[stream]![label]!, 4)),
            );
          },
          { mode, batch: 4 },
        );
      },
      { mode },
    ),
  );

  it('scores as a model opened with those labels', () =>
    withEngine(async (engine) => {
      await engine.setLabels('s', others);
      const { logits } = await engine.infer(noiseWindow(model.info, 1));
      const fresh = await loadModel(folder.dir, { cacheDir: folder.cacheDir, labels: others });
      await withEngine(
        async (own) => expect([...(await own.infer(noiseWindow(model.info, 1))).logits]).toEqual([...logits]),
        {},
        fresh,
      );
    }));

  it.each([
    ['empty', [], /no labels/],
    ['a label alone', ['a'], /one label alone/],
    ['repeated', ['a', 'a'], /appears twice/],
    ['too long', ['a', 'b'.repeat(201)], /longer than 200/],
    ['too many', Array.from({ length: 1001 }, (_, i) => `${i}`), /at most 1000/],
  ])('refuses a list that is %s, and keeps the old one', (_, labels, message) =>
    withEngine(async (engine) => {
      await expect(engine.setLabels('s', labels)).rejects.toMatchObject({
        code: 'MODEL_LABELS_INVALID',
        message: expect.stringMatching(message) as string,
      });
      expect(engine.labelsOf('s')).toMatchObject({ version: 1, labels: tinyLabels });
    }),
  );

  it('takes one list of a stream at a time', () =>
    withEngine(async (engine) => {
      const first = engine.setLabels('s', others);
      await expect(engine.setLabels('s', ['a', 'b'])).rejects.toMatchObject({ code: 'LABELS_BUSY' });
      expect(await first).toMatchObject({ version: 2 });
    }));

  it('ends with the engine', () =>
    withEngine(async (engine) => {
      const refused = expect(engine.setLabels('s', others)).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
      await engine.close();
      await refused;
    }));

  it('outlives a crash of the inference process', () =>
    withEngine(
      async (engine) => {
        await engine.setLabels('s', others);
        const before = await engine.infer(noiseWindow(model.info, 1));
        process.kill(engine.pid!, 'SIGKILL');
        await expect.poll(() => engine.stats.restarts, { timeout: 20_000 }).toBe(1);
        const after = await engine.infer(noiseWindow(model.info, 1));
        expect([...after.logits]).toEqual([...before.logits]);
      },
      { restartDelayMs: 1 },
    ));
});

describe('taught examples', () => {
  async function teach(weights: string): Promise<Taught> {
    let embedding = new Float32Array();
    await withEngine(async (engine) => {
      embedding = Float32Array.from((await engine.infer(noiseWindow(model.info, 7))).embedding);
    });
    const clips = [{ name: 'a', sha256: 'a'.repeat(64), views: [embedding] }];
    const of = { name: 'tiny', weights, projection: embedding.length };
    const classes = [{ label: 'greeting', clips }];
    return { format: 'actionwire-taught', version: 1, name: 'g', model: of, alpha: 50, beta: 5, classes };
  }

  it.each(['exact', 'streaming'] as const)('make their window recognised, in %s mode', async (mode) => {
    const taught = await teach(await weightsSha256(model.weightFiles));
    const loaded = await loadModel(folder.dir, { cacheDir: folder.cacheDir, taught });
    expect(loaded.info.labels).toEqual([...tinyLabels, 'greeting']);
    await withEngine(
      async (engine) => {
        const { values, logits } = await engine.infer(noiseWindow(model.info, 7));
        expect(values.indexOf(Math.max(...values))).toBe(3);
        await engine.setLabels('s', ['walking', 'waving']);
        expect((await engine.infer(noiseWindow(model.info, 7))).logits[0]).toBeCloseTo(logits[0]!, 4);
      },
      { mode },
      loaded,
    );
  });

  it('are refused with other weights', async () => {
    const taught = await teach('b'.repeat(64));
    await expect(loadModel(folder.dir, { cacheDir: folder.cacheDir, taught })).rejects.toMatchObject({
      code: 'TAUGHT_OTHER_MODEL',
    });
  });
});
