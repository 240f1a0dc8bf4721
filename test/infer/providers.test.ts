import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ActionwireError } from '../../src/core/errors.js';
import { inferenceModes, type InferenceMode } from '../../src/core/model-info.js';
import { Engine, loadModel, type LoadedModel } from '../../src/infer/index.js';
import { candidatesFor } from '../../src/infer/provider.js';
import { writeTinyModel, type TinyModel } from './support/tiny-model.js';
import { streamWindow } from './support/windows.js';

/** Chromium's software GPU: slow and correct, so that the GPU path runs where there is no GPU. */
const softwareGpu = '/usr/lib/chromium/vk_swiftshader_icd.json';

let folder: TinyModel;
let model: LoadedModel;

beforeAll(async () => {
  if (existsSync(softwareGpu)) vi.stubEnv('VK_ICD_FILENAMES', softwareGpu);
  folder = await writeTinyModel();
  model = await loadModel(folder.dir, { cacheDir: folder.cacheDir });
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await folder.remove();
});

/** Logits of the second of two windows that overlap, and what the engine says that it runs on. */
async function logitsOn(
  provider: 'cpu' | 'webgpu',
  mode: InferenceMode,
  of = model,
): Promise<{ logits: Float32Array; provider: string }> {
  const engine = await Engine.open(of, { provider, mode });
  try {
    await engine.infer(streamWindow(model.info, 3));
    return { logits: (await engine.infer(streamWindow(model.info, 4))).logits, provider: engine.provider };
  } finally {
    await engine.close();
  }
}

describe('providers', () => {
  it.each(inferenceModes)('WebGPU gives the CPU’s logits in %s mode, or says what is missing', async (mode) => {
    const cpu = await logitsOn('cpu', mode);
    const gpu = await logitsOn('webgpu', mode).catch((error: unknown) => error);
    if (gpu instanceof ActionwireError) {
      expect(gpu).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', hint: expect.stringContaining('libvulkan') as string });
      return;
    }
    const { logits, provider } = gpu as typeof cpu;
    expect(provider).toMatch(/^webgpu, \d+ % of operators, the rest on the cpu$/);
    cpu.logits.forEach((logit, index) => expect(logits[index]).toBeCloseTo(logit, 3));
  });

  it('WebGPU gives the CPU’s logits in fp16, or says that it cannot', { timeout: 120_000 }, async () => {
    const half = await loadModel(folder.dir, { cacheDir: folder.cacheDir, precision: 'fp16' });
    const gpu = await logitsOn('webgpu', 'exact', half).catch((error: unknown) => error);
    if (gpu instanceof ActionwireError) {
      expect(`${gpu.code} ${gpu.message}`).toMatch(
        /^(PRECISION_UNAVAILABLE fp16 fails on webgpu: .*f16|PROVIDER_UNAVAILABLE webgpu)/,
      );
      return;
    }
    const { logits, provider } = gpu as Awaited<ReturnType<typeof logitsOn>>;
    const cpu = await logitsOn('cpu', 'exact');
    expect(provider).toMatch(/^webgpu, \d+ % of operators/);
    cpu.logits.forEach((logit, index) => expect(Math.abs(logits[index]! - logit)).toBeLessThan(0.02));
  });

  it.skipIf(candidatesFor('auto').names.includes('cuda') || process.platform !== 'linux')(
    'CUDA without its libraries is refused, and the library is named',
    async () => {
      const refusal: unknown = await Engine.open(model, { provider: 'cuda' }).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
      expect((refusal as ActionwireError).message).toMatch(/missing: libonnxruntime_providers_\w+\.so/);
      expect((refusal as ActionwireError).hint).toContain('npm run cuda:install');
    },
  );
});
