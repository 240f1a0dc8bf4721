/** An engine in each precision: what it says of itself, determinism, and how near it stays to float32. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inferenceModes, precisions, type Precision } from '../../src/core/model-info.js';
import { Engine, loadModel, type LoadedModel } from '../../src/infer/index.js';
import { writeTinyModel, type TinyModel } from './support/tiny-model.js';
import { noiseWindow, streamWindow } from './support/windows.js';

let folder: TinyModel;
const models = new Map<Precision, LoadedModel>();

beforeAll(async () => {
  folder = await writeTinyModel({ layers: 3, hiddenSize: 48 });
  for (const precision of precisions)
    models.set(precision, await loadModel(folder.dir, { cacheDir: folder.cacheDir, precision }));
});

afterAll(() => folder.remove());

const bytes = (values: Float32Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');

async function withEngine<T>(
  precision: Precision,
  options: Parameters<typeof Engine.open>[1],
  use: (engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await Engine.open(models.get(precision)!, { provider: 'cpu', ...options });
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}

describe('precision', () => {
  it('keeps the graphs of each precision apart', () => {
    expect(new Set([...models.values()].map(({ graphs }) => graphs.vision)).size).toBe(3);
  });

  it('is what the engine says it is', async () => {
    await withEngine('int8', { threads: 1, provider: 'auto' }, (engine) => {
      expect(engine.info.precision).toBe('int8');
      expect(engine.provider).toBe('cpu, 1 thread (int8 runs on the CPU alone)');
      return Promise.resolve();
    });
  });

  it('int8 is refused elsewhere than on the CPU, before anything is started', async () => {
    const opening = Engine.open(models.get('int8')!, { provider: 'webgpu' });
    await expect(opening).rejects.toMatchObject({ code: 'PRECISION_UNAVAILABLE' });
  });

  it.each(inferenceModes)('int8 is refused in batches, in %s mode', async (mode) => {
    const opening = Engine.open(models.get('int8')!, { provider: 'cpu', mode, batch: 2 });
    await expect(opening).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it.each(['fp16', 'int8'] as const)(
    '%s gives the same bytes for the same window: again, between others, in another process, with one thread or two',
    { timeout: 120_000 },
    async (precision) => {
      const score = (threads: number): Promise<string[]> =>
        withEngine(precision, { threads }, async (engine) => {
          const found = await Promise.all(
            [1, 2, 1, 3, 1].map((index) => engine.infer(noiseWindow(engine.info, index, `${index}`))),
          );
          return found.map(({ logits }) => bytes(logits));
        });
      const [one, two] = [await score(1), await score(2)];
      expect(two).toEqual(one);
      expect(new Set([one[0], one[2], one[4]]).size).toBe(1);
      expect(new Set(one).size).toBe(3);
    },
  );

  it('int8 gives a window of a stream the bytes that it has alone, whatever came before it', { timeout: 120_000 }, () =>
    withEngine('int8', { threads: 1 }, async (engine) => {
      const { place, ...alone } = streamWindow(engine.info, 6, 'alone');
      expect(place).toBeDefined();
      const first = bytes((await engine.infer(alone)).logits);
      await engine.infer(streamWindow(engine.info, 5));
      expect(bytes((await engine.infer(streamWindow(engine.info, 6))).logits)).toBe(first);
    }),
  );

  it('int8 looks at the new frames of a stream only, one by one', { timeout: 120_000 }, () =>
    withEngine('int8', { threads: 1 }, async (engine) => {
      const { pixels, ...window } = streamWindow(engine.info, 6);
      const otherPast = pixels.slice().fill(7, 0, pixels.length / 2);
      const { place, ...alone } = { ...window, pixels, streamId: 'alone' };
      expect(place).toBeDefined();
      const expected = bytes((await engine.infer(alone)).logits);
      expect(bytes((await engine.infer({ ...alone, pixels: otherPast })).logits)).not.toBe(expected);
      await engine.infer(streamWindow(engine.info, 4));
      expect(bytes((await engine.infer({ ...window, pixels: otherPast })).logits)).toBe(expected);
    }),
  );

  it.each(inferenceModes)(
    'logits stay near float32’s in %s mode, without being those',
    { timeout: 120_000 },
    async (mode) => {
      const logits = async (precision: Precision): Promise<Float32Array> =>
        withEngine(precision, { threads: 1, mode }, async (engine) => {
          await engine.infer(streamWindow(engine.info, 3));
          return (await engine.infer(streamWindow(engine.info, 5))).logits;
        });
      const exact = await logits('fp32');
      for (const [precision, bound] of [
        ['fp16', 0.01],
        ['int8', 0.3],
      ] as const) {
        const found = await logits(precision);
        const largest = Math.max(...found.map((value, index) => Math.abs(value - exact[index]!)));
        expect(largest).toBeLessThan(bound);
        expect(largest).toBeGreaterThan(1e-6);
      }
    },
  );
});
