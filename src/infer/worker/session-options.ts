/** The ONNX Runtime options of every session, by provider. */
import type { InferenceSession } from 'onnxruntime-node';
import type { ProviderName } from '../provider.js';

/**
 * `set_denormal_as_zero`: softmax tails reach denormal numbers, which are many times slower to multiply on x86.
 * `allow_spinning` off: waiting threads would burn the cores that decoding needs.
 */
export function sessionOptions(provider: ProviderName, threads: number): InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    extra: { session: { set_denormal_as_zero: '1', intra_op: { allow_spinning: '0' } } },
  };
}
