import { describe, expect, it } from 'vitest';
import { mustHaveProvider } from '../../src/infer/must-have-provider.js';

/** What onnxruntime-node is built with, by its own table. */
const builds = {
  'linux x64': ['cpu', 'webgpu', 'cuda', 'tensorrt'],
  'linux arm64': ['cpu'],
  'darwin arm64': ['cpu', 'webgpu', 'coreml'],
  'win32 x64': ['cpu', 'dml', 'webgpu'],
} as const;

describe('mustHaveProvider', () => {
  it.each([
    ['linux x64', 'coreml'],
    ['linux arm64', 'cuda'],
    ['linux arm64', 'webgpu'],
    ['darwin arm64', 'tensorrt'],
    ['win32 x64', 'coreml'],
  ] as const)('on %s refuses %s and lists what there is', async (build, choice) => {
    const refusal = mustHaveProvider(choice, () => Promise.resolve([...builds[build]]));
    const message = expect.stringMatching(`has no ${choice}; it has ${builds[build].join(', ')}$`) as string;
    await expect(refusal).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE', message });
  });

  it.each([
    ['linux x64', 'tensorrt'],
    ['darwin arm64', 'coreml'],
    ['win32 x64', 'dml'],
  ] as const)('on %s lets %s pass', async (build, choice) => {
    await mustHaveProvider(choice, () => Promise.resolve([...builds[build]]));
  });

  it.each(['auto', 'cpu'] as const)('does not even ask for %s', async (choice) => {
    await mustHaveProvider(choice, () => Promise.reject(new Error('asked')));
  });

  it('asks the ONNX Runtime that is installed here', async () => {
    await expect(mustHaveProvider(process.platform === 'darwin' ? 'dml' : 'coreml')).rejects.toThrow(/it has cpu\b/);
  });
});
