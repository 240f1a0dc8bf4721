import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Engine, loadModel } from '../../src/infer/index.js';
import { tinyLabels, writeTinyModel, type TinyModel, type TinyOptions } from './support/tiny-model.js';
import { noiseWindow } from './support/windows.js';

const folders: TinyModel[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await folder.remove();
});

async function folderWith(options: TinyOptions = {}): Promise<TinyModel> {
  const folder = await writeTinyModel(options);
  folders.push(folder);
  return folder;
}

describe('loadModel', () => {
  it('takes sizes from the checkpoint and the rest from the manifest', async () => {
    const manifest = { name: 'mine', fps: 12, strideFrames: 2, referencePoint: 0.7, backgroundLabel: 'nothing' };
    const { dir, cacheDir } = await folderWith({ manifest, frames: 8 });
    expect((await loadModel(dir, { cacheDir })).info).toEqual({
      ...manifest,
      frameCount: 8,
      labels: tinyLabels,
      preparation: { shortestEdge: 32, cropWidth: 32, cropHeight: 32, resample: 'bilinear' },
    });
  });

  it('loads a folder straight from Hugging Face with labels and rates from the caller', async () => {
    const { dir, cacheDir } = await folderWith({ manifest: false, labels: false });
    const { info } = await loadModel(dir, { cacheDir, labels: ['a', 'b'], fps: 5 });
    expect(info).toMatchObject({ fps: 5, strideFrames: 4, referencePoint: 0.5, labels: ['a', 'b'] });
  });

  it('hands over only thresholds that exist', async () => {
    const manifest = { recommended: { enter: 0.6, minDurationMs: 300, unknown: 1 } };
    const { dir, cacheDir } = await folderWith({ manifest });
    expect((await loadModel(dir, { cacheDir })).recommended).toEqual({ enter: 0.6, minDurationMs: 300 });
  });

  it('names a folder that does not exist, and one that is a file', async () => {
    const { dir } = await folderWith();
    await expect(loadModel(join(dir, 'no'))).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    await expect(loadModel(join(dir, 'config.json'))).rejects.toThrow('is not a folder');
  });

  it('refuses a manifest that contradicts the checkpoint', async () => {
    const { dir, cacheDir } = await folderWith({ manifest: { frames: 16 } });
    await expect(loadModel(dir, { cacheDir })).rejects.toThrow('frames is 16, but config.json says 4');
  });

  it('refuses a folder without any labels', async () => {
    const { dir, cacheDir } = await folderWith({ labels: false });
    await expect(loadModel(dir, { cacheDir })).rejects.toMatchObject({ code: 'MODEL_LABELS_INVALID' });
  });

  it('takes labels that are names of every JavaScript object', async () => {
    const labels = ['constructor', '__proto__', 'toString', 'valueOf'];
    const { dir, cacheDir } = await folderWith({ manifest: { labelPhrases: { valueOf: ['value', 'worth'] } }, labels });
    const model = await loadModel(dir, { cacheDir });
    expect(model.info.labels).toEqual(labels);
    expect(model.promptCounts).toEqual([1, 1, 1, 2]);
  });

  it('may be called several times at once on an empty cache', async () => {
    const { dir, cacheDir } = await folderWith();
    const models = await Promise.all([1, 2, 3].map(() => loadModel(dir, { cacheDir })));
    expect(new Set(models.map(({ graphs }) => graphs.vision)).size).toBe(1);
    const engine = await Engine.open(models[0]!, { provider: 'cpu', threads: 1 });
    await engine.infer(noiseWindow(engine.info, 1));
    await engine.close();
  });

  it('writes a damaged graph of the cache again', async () => {
    const { dir, cacheDir } = await folderWith();
    const { graphs } = await loadModel(dir, { cacheDir });
    const good = await readFile(graphs.vision);
    await writeFile(graphs.vision, good.subarray(0, 100));
    await loadModel(dir, { cacheDir });
    expect((await readFile(graphs.vision)).equals(good)).toBe(true);
  });
});
