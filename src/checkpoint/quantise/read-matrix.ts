/** Reads one tensor of finite numbers as float32, in the order in which the file holds them. */
import { open } from 'node:fs/promises';
import { readFully } from '../read-fully.js';
import type { TensorEntry } from '../tensor-index.js';

/** Only this tensor is in memory: its bytes and its numbers. @throws CHECKPOINT_TENSOR_RANGE when the file ends inside it */
export async function readMatrix({ file, offset, length, dtype }: TensorEntry, name: string): Promise<Float32Array> {
  const bytes = new Uint8Array(length);
  const handle = await open(file);
  try {
    await readFully(handle, bytes, offset, name);
  } finally {
    await handle.close();
  }
  return decode(bytes.buffer, dtype);
}

/** Plain loops: tens of millions of turns. */
function decode(bytes: ArrayBuffer, type: TensorEntry['dtype']): Float32Array {
  if (type === 'F32') return new Float32Array(bytes);
  const words = new Uint16Array(bytes);
  const floats = new Float32Array(words.length);
  const bits = new Uint32Array(floats.buffer);
  if (type === 'BF16') for (let index = 0; index < words.length; index++) bits[index] = (words[index] ?? 0) << 16;
  else for (let index = 0; index < words.length; index++) floats[index] = halfToFloat(words[index] ?? 0);
  return floats;
}

/** IEEE 754 binary16, finite: 1 bit of sign, 5 of exponent, 10 of fraction. */
function halfToFloat(word: number): number {
  const sign = (word & 0x8000) === 0 ? 1 : -1;
  const exponent = (word >> 10) & 0x1f;
  const fraction = word & 0x3ff;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}
