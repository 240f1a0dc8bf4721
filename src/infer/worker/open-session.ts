/** Opens one ONNX graph on one provider; a failure says whether the provider or the graph is at fault. */
import { InferenceSession } from 'onnxruntime-node';
import { ActionwireError } from '../../core/errors.js';
import type { ProviderName } from '../provider.js';

/** What a provider needs, for the person who asked for it by name. */
const needs: Readonly<Record<ProviderName, string>> = {
  cpu: 'Nothing but memory.',
  cuda: 'Run `npm run cuda:install` once; an NVIDIA driver and cuDNN must be installed too.',
  tensorrt: 'Run `npm run cuda:install` once; an NVIDIA driver and TensorRT must be installed too.',
  webgpu: 'A graphics driver is needed; on Linux also the Vulkan loader (libvulkan.so.1, Debian package libvulkan1).',
  dml: 'DirectML exists on Windows only.',
  coreml: 'CoreML exists on macOS only.',
};

export async function openSession(
  path: string,
  provider: ProviderName,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(path, options);
  } catch (error) {
    const reason = messageOf(error);
    if (provider === 'cpu')
      throw new ActionwireError('INFERENCE_FAILED', `loading ${path}: ${reason}`, { cause: error });
    throw new ActionwireError('PROVIDER_UNAVAILABLE', `${provider}: ${reason}`, {
      cause: error,
      hint: needs[provider],
    });
  }
}

/** ONNX Runtime's messages end in newlines and may span several lines; one line is kept. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, ' ').trim().slice(0, 600);
}
