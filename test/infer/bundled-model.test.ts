import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Engine, loadModel } from '../../src/infer/index.js';
import { noiseWindow } from './support/windows.js';

const bundled = fileURLToPath(new URL('../../models/xclip-mini', import.meta.url));

it('the bundled model loads from its folder alone and scores a window', async () => {
  const cacheDir = await mkdtemp(join(tmpdir(), 'actionwire-bundled-'));
  try {
    const model = await loadModel(bundled, { cacheDir });
    expect(model.info).toMatchObject({ name: 'xclip-mini', frameCount: 32 });
    expect(model.info.labels).toContain(model.info.backgroundLabel);
    const engine = await Engine.open(model, { provider: 'cpu' });
    const { values } = await engine.infer(noiseWindow(model.info, 1));
    await engine.close();
    expect(values).toHaveLength(model.info.labels.length);
    expect(values.reduce((sum, value) => sum + value)).toBeCloseTo(1, 4);
  } finally {
    await rm(cacheDir, { recursive: true, force: true });
  }
});
