/** Exact mode on the CPU: a frame is taken through layer 0 once, and no score tells. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Window } from '../../src/core/types.js';
import { Engine, loadModel, type EngineOptions, type LoadedModel } from '../../src/infer/index.js';
import { processEnds } from './support/processes.js';
import { streamWindow } from './support/windows.js';
import { writeTinyModel, type TinyModel } from './support/tiny-model.js';

let folder: TinyModel;
let model: LoadedModel;
let engine: Engine;
let test = 0;

const options: EngineOptions = { provider: 'cpu', threads: 2, restartDelayMs: 1 };

beforeAll(async () => {
  folder = await writeTinyModel({ layers: 3 });
  model = await loadModel(folder.dir, { cacheDir: folder.cacheDir });
  engine = await Engine.open(model, options);
});

beforeEach(() => {
  test++;
});

afterAll(async () => {
  await engine.close();
  await folder.remove();
});

/** The window of 4 frames whose newest is `newest`, frames numbered from 0 and each with a picture of its own. */
const at = (newest: number, streamId = 's', run = 0): Window =>
  streamWindow(model.info, newest, `${streamId} of ${test}`, run);

async function bytesOf(window: Window, of = engine): Promise<string> {
  const { logits } = await of.infer(window);
  return Buffer.from(logits.buffer, logits.byteOffset, logits.byteLength).toString('hex');
}

/** The same pixels as a clip of their own, which has no place in a stream. */
function alone(window: Window): Window {
  const { place, ...clip } = window;
  return { ...clip, streamId: `alone ${place?.newestFrame}` };
}

/** The same window with other pictures in all but its last `newFrames` frames. */
function withOtherPast(window: Window, newFrames: number): Window {
  const pixels = window.pixels.slice();
  pixels.fill(7, 0, (pixels.length / window.frameCount) * (window.frameCount - newFrames));
  return { ...window, pixels };
}

describe('exact mode on the CPU', () => {
  it('gives a stream, whatever its stride, the bytes of each window alone', async () => {
    for (const stride of [1, 2, 3, 4, 6]) {
      for (let newest = 3; newest < 16; newest += stride) {
        const window = at(newest, `stride ${stride}`);
        expect(await bytesOf(window), `stride ${stride}, frame ${newest}`).toBe(await bytesOf(alone(window)));
      }
    }
  });

  it('looks at the new frames only, where a stream goes on', async () => {
    await engine.infer(at(3));
    const expected = await bytesOf(alone(at(5)));
    expect(await bytesOf(alone(withOtherPast(at(5), 2)))).not.toBe(expected);
    expect(await bytesOf(withOtherPast(at(5), 2))).toBe(expected);
  });

  it('takes all frames again after a gap, a stream that was forgotten, and a window that was refused', async () => {
    await engine.infer(at(3));
    expect(await bytesOf(at(4, 's', 1))).toBe(await bytesOf(alone(at(4, 's', 1))));
    engine.forget(at(4).streamId);
    const changed = withOtherPast(at(5, 's', 1), 1);
    expect(await bytesOf(changed)).toBe(await bytesOf(alone(changed)));
  });

  it('keeps streams apart', async () => {
    const scored = await Promise.all(
      [3, 4, 5].flatMap((newest) => [at(newest, 'a'), at(newest + 20, 'b')]).map((window) => bytesOf(window)),
    );
    const expected = await Promise.all([3, 23, 4, 24, 5, 25].map((newest) => bytesOf(alone(at(newest)))));
    expect(scored).toEqual(expected);
  });

  it('takes all frames again after a crash', async () => {
    const other = await Engine.open(model, options);
    try {
      await other.infer(at(3));
      const { pid } = other;
      process.kill(pid!, 'SIGKILL');
      await processEnds(pid!);
      await expect.poll(() => other.status).toBe('running');
      const changed = withOtherPast(at(4), 1);
      expect(await bytesOf(changed, other)).toBe(await bytesOf(alone(changed)));
    } finally {
      await other.close();
    }
  });
});
