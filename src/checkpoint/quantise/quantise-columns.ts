/** Rounds the weights of a linear layer to signed int8 with a scale for each output. */

export interface QuantisedMatrix {
  /** `[inputs, outputs]`, -127..127: symmetric, so that no weight needs a zero point. */
  readonly weights: Int8Array;
  /** `[outputs]`: `weight = integer x scale`. */
  readonly scales: Float32Array;
}

/** Below this float32 is denormal, and the runtime counts it as zero. */
const smallestNormal = 2 ** -126;

/**
 * `matrix` is `[outputs, inputs]`, or `[inputs, outputs]` with `transposed`; finite numbers. The largest weight of each output becomes 127 or -127.
 * An output without any weight that counts gets zeros and the scale 1.
 */
export function quantiseColumns(
  matrix: Float32Array,
  { inputs, outputs, transposed }: { readonly inputs: number; readonly outputs: number; readonly transposed: boolean },
): QuantisedMatrix {
  const [inputStep, outputStep] = transposed ? [outputs, 1] : [1, inputs];
  const weights = new Int8Array(inputs * outputs);
  const scales = new Float32Array(outputs);
  for (let output = 0; output < outputs; output++) {
    const first = output * outputStep;
    const scale = Math.fround(largest(matrix, first, inputStep, inputs) / 127);
    scales[output] = scale < smallestNormal ? 1 : scale;
    if (scale < smallestNormal) continue;
    for (let input = 0; input < inputs; input++) {
      const steps = roundHalfToEven((matrix[first + input * inputStep] ?? 0) / scale);
      weights[input * outputs + output] = Math.max(-127, Math.min(127, steps));
    }
  }
  return { weights, scales };
}

/** The greatest magnitude among `count` numbers. */
function largest(numbers: Float32Array, first: number, step: number, count: number): number {
  let found = 0;
  for (let index = 0; index < count; index++) found = Math.max(found, Math.abs(numbers[first + index * step] ?? 0));
  return found;
}

/** For magnitudes below 2^51: adding and subtracting 1.5 x 2^52 leaves float64 no room for a fraction. */
function roundHalfToEven(value: number): number {
  return value + 6755399441055744 - 6755399441055744;
}
