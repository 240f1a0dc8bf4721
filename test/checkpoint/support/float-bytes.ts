/** Float32 numbers as the bytes of a weight file, rounded to the nearest (ties to even) like PyTorch. */
import type { WeightType } from '../../../src/checkpoint/tensor-index.js';

export function floatBytes(values: Float32Array, type: WeightType): Uint8Array {
  switch (type) {
    case 'F32':
      return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    case 'F16':
      return new Uint8Array(Uint16Array.from(values, toHalf).buffer);
    case 'BF16':
      return new Uint8Array(Uint16Array.from(values, toBrain).buffer);
    default:
      return type satisfies never;
  }
}

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

function toBrain(value: number): number {
  float[0] = value;
  const bits = word[0]!;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** For finite values below 65504. */
function toHalf(value: number): number {
  const magnitude = Math.abs(value);
  const sign = value < 0 ? 0x8000 : 0;
  const exponent = Math.max(Math.floor(Math.log2(magnitude)), -14);
  const steps = roundToEven(magnitude / 2 ** (exponent - 10));
  return sign + (magnitude === 0 ? 0 : steps + (exponent + 14) * 1024);
}

function roundToEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
}
