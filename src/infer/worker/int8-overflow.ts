/** Finds out whether this processor's int8 products can overflow, by computing one whose result is known. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { int8Probe, int8ProbeGraph } from '../../checkpoint/index.js';
import { sessionOptions } from './session-options.js';

/**
 * On x86 without VNNI or AMX, ONNX Runtime adds pairs of uint8 x int8 products in 16 bits, which saturate: large activations would come out wrong.
 * The session option that avoids it doubles the time of a product also where there is nothing to avoid, so it is only set where this says so.
 */
export async function int8Overflows(): Promise<boolean> {
  const session = await InferenceSession.create(int8ProbeGraph(), sessionOptions('cpu', 1));
  try {
    const output = await session.run({ x: new Tensor('float32', int8Probe.rows, int8Probe.shape) });
    return tooSmall(output['y']?.data as Float32Array);
  } finally {
    await session.release();
  }
}

/** Saturated sums are about half of what they should be; rounding is far below a thousandth. */
export function tooSmall(sums: Float32Array): boolean {
  return sums.some((sum) => Math.abs(sum / int8Probe.expected - 1) > 1e-3);
}
