/** Makes sure that no weight is NaN or infinite, reading the files once in pieces. */
import { open, type FileHandle } from 'node:fs/promises';
import { ActionwireError } from '../core/errors.js';
import { readFully } from './read-fully.js';
import type { TensorEntry, TensorIndex, WeightType } from './tensor-index.js';

const CHUNK_BYTES = 4 << 20;

/** In each format a number is NaN or infinite exactly when all bits of its exponent are set. */
const exponentMask: Readonly<Record<WeightType, number>> = { F32: 0x7f800000, F16: 0x7c00, BF16: 0x7f80 };

/**
 * Throws `CHECKPOINT_NOT_FINITE` naming the first tensor, element and value that is not a number one can compute with, or the
 * reason of `signal`, which is looked at before every piece.
 */
export async function checkWeightsFinite(tensors: TensorIndex, signal?: AbortSignal): Promise<void> {
  const buffer = new ArrayBuffer(CHUNK_BYTES);
  for (const [path, entries] of groupByFile(tensors)) {
    const file = await open(path);
    try {
      for (const [name, tensor] of entries) await checkTensor(file, name, tensor, buffer, signal);
    } finally {
      await file.close();
    }
  }
}

/** The tensors of each file, in the order of their bytes. */
function groupByFile(tensors: TensorIndex): Map<string, [string, TensorEntry][]> {
  const files = new Map<string, [string, TensorEntry][]>();
  for (const entry of [...tensors].sort(([, a], [, b]) => a.offset - b.offset)) {
    const { file } = entry[1];
    files.set(file, [...(files.get(file) ?? []), entry]);
  }
  return files;
}

async function checkTensor(
  file: FileHandle,
  name: string,
  tensor: TensorEntry,
  buffer: ArrayBuffer,
  signal?: AbortSignal,
): Promise<void> {
  const elementBytes = tensor.dtype === 'F32' ? 4 : 2;
  for (let done = 0; done < tensor.length;) {
    signal?.throwIfAborted();
    const wanted = Math.min(CHUNK_BYTES, tensor.length - done);
    await readFully(file, new Uint8Array(buffer, 0, wanted), tensor.offset + done, name);
    const bad = findNotFinite(buffer, wanted / elementBytes, tensor.dtype);
    if (bad >= 0) {
      const place = `element ${done / elementBytes + bad}`;
      throw new ActionwireError(
        'CHECKPOINT_NOT_FINITE',
        `Tensor ${name}: expected finite numbers, found NaN or infinity at ${place}.`,
      );
    }
    done += wanted;
  }
}

/** Index of the first number that is not finite among the first `count`, or -1. A plain loop: hundreds of millions of turns. */
function findNotFinite(buffer: ArrayBuffer, count: number, type: WeightType): number {
  const mask = exponentMask[type];
  const words = type === 'F32' ? new Int32Array(buffer, 0, count) : new Int16Array(buffer, 0, count);
  for (let index = 0; index < count; index++) {
    if (((words[index] ?? 0) & mask) === mask) return index;
  }
  return -1;
}
