/** Where a tensor of a PyTorch file lies: its storage's entry, its offset and its strides as one range of bytes. */
import { basename } from 'node:path';
import { ActionwireError } from '../../core/errors.js';
import { printable } from '../printable.js';
import { elementBytes, type StoredTensor } from '../stored-tensor.js';
import type { TensorValue } from './pickle-values.js';
import type { ZipEntry } from './zip.js';

/**
 * The range of `tensor` in the file, which must lie inside its storage without holes. A matrix whose strides are those of its transpose is
 * marked so. Throws `CHECKPOINT_TENSOR_RANGE` naming the tensor.
 */
export function placeTensor(
  name: string,
  { storage, offset, shape, strides }: TensorValue,
  entry: ZipEntry | undefined,
  file: string,
): StoredTensor {
  const shown = printable(name);
  if (entry === undefined) return fail(file, `names storage ${storage.key} for ${shown}, which it does not hold`);
  const size = elementBytes.get(storage.dtype) ?? 0;
  if (entry.length !== storage.count * size) {
    const claimed = `${storage.count} numbers of ${storage.dtype}`;
    return fail(file, `claims ${claimed} for ${shown}; its storage has ${entry.length} bytes`);
  }
  const length = shape.reduce((product, count) => product * count, size);
  if (offset * size + length > entry.length) {
    return fail(file, `lets ${shown} [${shape.join(', ')}] reach beyond its storage of ${entry.length} bytes`);
  }
  const order = length === 0 ? 'rows' : orderOf(shape, strides);
  if (order === undefined) {
    return fail(file, `holds ${shown} [${shape.join(', ')}] with strides [${strides.join(', ')}], not in one piece`);
  }
  const place = { file, dtype: storage.dtype, shape, offset: entry.offset + offset * size, length };
  return order === 'columns' ? { ...place, transposed: true } : place;
}

/** How the numbers follow one another: rows first as usual, a matrix by columns, or neither. */
function orderOf(shape: readonly number[], strides: readonly number[]): 'rows' | 'columns' | undefined {
  if (isDense(shape, strides)) return 'rows';
  return shape.length === 2 && isDense(shape.toReversed(), strides.toReversed()) ? 'columns' : undefined;
}

/** Whether each stride is the product of the sizes behind it; the stride of a single element says nothing. */
function isDense(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const count = shape[axis] ?? 1;
    if (count !== 1 && strides[axis] !== expected) return false;
    expected *= count;
  }
  return true;
}

function fail(file: string, problem: string): never {
  throw new ActionwireError('CHECKPOINT_TENSOR_RANGE', `${basename(file)} ${problem}.`);
}
