import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActionwireError } from '../../src/core/errors.js';
import { Engine, loadModel, type LoadedModel } from '../../src/infer/index.js';
import { processEnds } from './support/processes.js';
import { noiseWindow } from './support/windows.js';
import { writeTinyModel, type TinyModel } from './support/tiny-model.js';

let folder: TinyModel;
let model: LoadedModel;

beforeAll(async () => {
  // Slow enough that a window is still under way when its process is killed.
  folder = await writeTinyModel({ frames: 32, layers: 3, imageSize: 96, hiddenSize: 96 });
  model = await loadModel(folder.dir, { cacheDir: folder.cacheDir });
});

afterAll(() => folder.remove());

async function withEngine(use: (engine: Engine) => Promise<void>, options: object = {}): Promise<void> {
  const engine = await Engine.open(model, { provider: 'cpu', threads: 1, ...options });
  try {
    await use(engine);
  } finally {
    await engine.close();
  }
}

describe('opening and closing', () => {
  it('opens and closes twenty times in one process and leaves no process behind', async () => {
    const pids: number[] = [];
    for (let round = 0; round < 20; round++) {
      await withEngine(async (engine) => {
        pids.push(engine.pid!);
        await engine.infer(noiseWindow(model.info, round));
      });
    }
    expect(new Set(pids).size).toBe(20);
    await Promise.all(pids.map(processEnds));
  }, 180_000);

  it('runs two engines at once', async () => {
    await withEngine((one) =>
      withEngine(async (two) => {
        const results = await Promise.all([one, two, one, two].map((each) => each.infer(noiseWindow(model.info, 1))));
        const [first] = results;
        for (const { logits } of results) expect(logits).toEqual(first!.logits);
      }),
    );
  });

  it('closes in the middle of a run and refuses what runs and what waits', async () => {
    await withEngine(async (engine) => {
      const pid = engine.pid!;
      const pending = [1, 2, 3].map((index) => engine.infer(noiseWindow(model.info, index)));
      const outcomes = Promise.allSettled(pending);
      await engine.close();
      for (const outcome of await outcomes) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ENGINE_CLOSED' } });
      }
      await processEnds(pid);
    });
  });

  it('closes twice, and refuses windows afterwards', async () => {
    await withEngine(async (engine) => {
      await Promise.all([engine.close(), engine.close()]);
      await expect(engine.infer(noiseWindow(model.info, 1))).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
    });
  });

  it('gives the opening up when the signal aborts, with the signal as the reason', async () => {
    const abort = new AbortController();
    const opening = Engine.open(model, { provider: 'cpu', signal: abort.signal });
    abort.abort(new Error('not any more'));
    await expect(opening).rejects.toThrow('not any more');
    await expect(Engine.open(model, { signal: abort.signal })).rejects.toThrow('not any more');
  });

  it('refuses a provider that does not work here and never takes another instead', async () => {
    const provider = process.platform === 'win32' ? 'coreml' : 'dml';
    await expect(Engine.open(model, { provider })).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
  });
});

describe.skipIf(process.platform === 'win32')('signals to the whole process group', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s is no crash: the window is scored', async (signal) => {
    await withEngine(async (engine) => {
      const scored = engine.infer(noiseWindow(model.info, 1));
      process.kill(engine.pid!, signal);
      await scored;
      await engine.infer(noiseWindow(model.info, 2));
      expect(engine.stats).toMatchObject({ windows: 2, restarts: 0 });
    });
  });
});

describe.skipIf(process.platform === 'win32')('a hung inference process', () => {
  it('is killed after its limit, told, and started again', async () => {
    const told: ActionwireError[] = [];
    const answerLimits = { firstMs: 30_000, leastMs: 2000, factor: 1 };
    const options = { answerLimits, restartDelayMs: 1, onRestart: (error: ActionwireError) => told.push(error) };
    await withEngine(async (engine) => {
      const before = await engine.infer(noiseWindow(model.info, 1));
      process.kill(engine.pid!, 'SIGSTOP');
      const lost = engine.infer(noiseWindow(model.info, 2));
      const next = engine.infer(noiseWindow(model.info, 1));
      await expect(lost).rejects.toMatchObject({ code: 'INFERENCE_WORKER_CRASHED' });
      expect(engine.status).toBe('restarting');
      expect((await next).logits).toEqual(before.logits);
      const message = 'the inference process did not answer within 2000 ms and was killed';
      expect(told).toMatchObject([{ code: 'INFERENCE_WORKER_CRASHED', message }]);
      expect(engine.status).toBe('running');
    }, options);
  });
});

describe('a crash of the inference process', () => {
  it('costs the window in flight, is told, and is followed by a restart', async () => {
    const told: ActionwireError[] = [];
    const options = { restartDelayMs: 1, onRestart: (error: ActionwireError) => told.push(error) };
    await withEngine(async (engine) => {
      const before = await engine.infer(noiseWindow(model.info, 1));
      const lost = engine.infer(noiseWindow(model.info, 2));
      const next = engine.infer(noiseWindow(model.info, 1));
      process.kill(engine.pid!, 'SIGKILL');
      await expect(lost).rejects.toMatchObject({ code: 'INFERENCE_WORKER_CRASHED' });
      expect((await next).logits).toEqual(before.logits);
      expect(told.map(({ message }) => message)).toEqual(['the inference process ended with signal SIGKILL']);
      expect(engine.stats).toMatchObject({ lost: 1, restarts: 1 });
    }, options);
  });

  it('while idle is repaired before the next window', async () => {
    await withEngine(
      async (engine) => {
        const pid = engine.pid!;
        process.kill(pid, 'SIGKILL');
        await processEnds(pid);
        await expect.poll(() => engine.stats.restarts).toBe(1);
        await engine.infer(noiseWindow(model.info, 1));
        expect(engine.stats).toMatchObject({ lost: 0, restarts: 1 });
      },
      { restartDelayMs: 1 },
    );
  });

  it('soon after a restart is final', async () => {
    await withEngine(
      async (engine) => {
        process.kill(engine.pid!, 'SIGKILL');
        await expect.poll(() => engine.stats.restarts).toBe(1);
        await engine.infer(noiseWindow(model.info, 1));
        const [lost, waiting] = [1, 2].map((index) => engine.infer(noiseWindow(model.info, index)));
        const outcomes = Promise.allSettled([lost, waiting]);
        process.kill(engine.pid!, 'SIGKILL');
        for (const outcome of await outcomes) {
          expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'INFERENCE_GAVE_UP' } });
        }
        expect(engine.stats.restarts).toBe(1);
        expect(engine.status).toBe('failed');
      },
      { restartDelayMs: 1 },
    );
  });

  it('does not keep close() waiting for the restart', async () => {
    await withEngine(
      async (engine) => {
        process.kill(engine.pid!, 'SIGKILL');
        await expect.poll(() => engine.stats.restarts).toBe(1);
        const waiting = engine.infer(noiseWindow(model.info, 1));
        const outcome = expect(waiting).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
        await engine.close();
        await outcome;
      },
      { restartDelayMs: 3_600_000 },
    );
  });
});
