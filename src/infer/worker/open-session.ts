/** Opens one ONNX graph on one provider; a failure says whether the provider or the graph is at fault. */
import { InferenceSession } from 'onnxruntime-node';
import { ActionwireError } from '../../core/errors.js';
import type { ProviderName } from '../provider.js';

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
    throw new ActionwireError('PROVIDER_UNAVAILABLE', `${provider}: ${reason}`, { cause: error });
  }
}

/** ONNX Runtime's messages end in newlines and may span several lines; one line is kept. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, ' ').trim().slice(0, 600);
}
