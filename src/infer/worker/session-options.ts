/** The ONNX Runtime options of every session, by provider. */
import type { InferenceSession } from 'onnxruntime-node';
import type { ProviderName } from '../provider.js';

/**
 * `set_denormal_as_zero`: softmax tails reach denormal numbers, which are many times slower to multiply on x86.
 * `allow_spinning` off: waiting threads would burn the cores that decoding needs. `preciseInt8`: int8 products in a slower way that cannot
 * overflow, for processors that need it (int8-overflow.ts).
 */
export function sessionOptions(
  provider: ProviderName,
  threads: number,
  preciseInt8 = false,
): InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    extra: {
      session: {
        set_denormal_as_zero: '1',
        x64quantprecision: preciseInt8 ? '1' : '0',
        intra_op: { allow_spinning: '0' },
      },
    },
  };
}
