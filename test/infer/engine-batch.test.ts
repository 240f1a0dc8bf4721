/** Windows of several streams in one run: the same scores, bounded, and with a deadline. */
import { firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine, loadModel, type EngineOptions, type LoadedModel } from '../../src/infer/index.js';
import { noiseWindow } from './support/windows.js';
import { writeTinyModel, type TinyModel } from './support/tiny-model.js';

let folder: TinyModel;
let model: LoadedModel;

beforeAll(async () => {
  folder = await writeTinyModel();
  model = await loadModel(folder.dir, { cacheDir: folder.cacheDir });
});

afterAll(() => folder.remove());

async function withEngine(options: EngineOptions, use: (engine: Engine) => Promise<void>): Promise<void> {
  const engine = await Engine.open(model, { provider: 'cpu', threads: 1, ...options });
  try {
    await use(engine);
  } finally {
    await engine.close();
  }
}

const streams = ['a', 'b', 'c', 'd', 'e'];

/** A window of each stream, each with pictures of its own, all asked for at once. */
const all = (engine: Engine, ids: readonly string[] = streams): Promise<Float32Array[]> =>
  Promise.all(ids.map(async (id) => (await engine.infer(noiseWindow(model.info, streams.indexOf(id), id))).logits));

describe('exact mode in batches', () => {
  it('scores as many waiting streams in one run as the batch holds, each as if it were alone', async () => {
    await withEngine({}, async (single) => {
      await withEngine({ batch: 3 }, async (batched) => {
        const [alone, together] = [await all(single), await all(batched)];
        together.forEach((logits, stream) =>
          logits.forEach((value, label) => expect(value).toBeCloseTo(alone[stream]![label]!, 4)),
        );
        expect(single.stats).toMatchObject({ windows: 5, runs: 5 });
        // The first finds nobody else waiting, then three, then the one that is left.
        expect(batched.stats).toMatchObject({ windows: 5, runs: 3 });
      });
    });
  });

  it('gives a window that happens to be alone the same bytes as an engine without batches', async () => {
    await withEngine({}, async (single) => {
      await withEngine({ batch: 3 }, async (batched) => {
        expect(await all(batched, ['b'])).toEqual(await all(single, ['b']));
      });
    });
  });

  it('refuses one window of a batch without harm to the others', async () => {
    await withEngine({ batch: 3 }, async (engine) => {
      const broken = { ...noiseWindow(model.info, 1, 'b'), frameCount: 3 };
      const [, refused, ...good] = await Promise.allSettled([
        all(engine, ['a']),
        firstValueFrom(engine.score(() => broken)),
        all(engine, ['c']),
        all(engine, ['d']),
      ]);
      expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'WINDOW_INVALID' } });
      expect(good.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
      expect(engine.stats).toMatchObject({ windows: 3, runs: 2 });
    });
  });

  it('with a waiting time starts when every stream waits, long before the deadline', async () => {
    await withEngine({ batch: 3, batchWaitMs: 3_600_000 }, async (engine) => {
      // Strangers are not waited for, and those that come during a run do not wait again: so the engine gets to know all three.
      await all(engine, ['a', 'b', 'c', 'a']);
      const { runs } = engine.stats;
      await all(engine, ['a', 'b', 'c']);
      expect(engine.stats.runs).toBe(runs + 1);
    });
  });

  it('with a waiting time starts at the deadline of the first with whoever is there', async () => {
    await withEngine({ batch: 3, batchWaitMs: 50 }, async (engine) => {
      await all(engine, ['a', 'b', 'c']);
      const { runs } = engine.stats;
      const askedAt = performance.now();
      await all(engine, ['a', 'b']);
      expect(engine.stats.runs).toBe(runs + 1);
      expect(performance.now() - askedAt).toBeGreaterThanOrEqual(49);
    });
  });

  it('copies the pixels of a window that waits for others when it is asked for', async () => {
    await withEngine({ batch: 3, batchWaitMs: 50 }, async (engine) => {
      const [, expected] = await all(engine, ['a', 'b']);
      const window = noiseWindow(model.info, streams.indexOf('b'), 'b');
      const waiting = engine.infer(window);
      window.pixels.fill(0);
      const { logits } = await waiting;
      logits.forEach((value, label) => expect(value).toBeCloseTo(expected![label]!, 4));
    });
  });

  it('gives up what waits for others when it is closed', async () => {
    await withEngine({ batch: 3, batchWaitMs: 3_600_000 }, async (engine) => {
      await all(engine, ['a']);
      await all(engine, ['b']);
      const waiting = engine.infer(noiseWindow(model.info, 1, 'a'));
      const refused = expect(waiting).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
      await engine.close();
      await refused;
    });
  });
});
