/** Makes sure that the weights that float16 graphs compute with fit into float16. */
import { ActionwireError } from '../core/errors.js';
import { readMatrix } from './quantise/read-matrix.js';
import type { LinearLayer } from './reduced-products.js';
import type { TensorIndex } from './tensor-index.js';

/** The largest finite float16. */
const largestHalf = 65_504;

/** One tensor in memory at a time; those stored as F16 fit. @throws CHECKPOINT_HALF_RANGE naming the tensor, or the reason of `signal` */
export async function checkHalfRange(
  layers: readonly LinearLayer[],
  tensors: TensorIndex,
  signal?: AbortSignal,
): Promise<void> {
  for (const name of layers.flatMap(({ prefix }) => [`${prefix}.weight`, `${prefix}.bias`])) {
    signal?.throwIfAborted();
    const tensor = tensors.get(name);
    if (tensor === undefined || tensor.dtype === 'F16') continue;
    const tooLarge = (await readMatrix(tensor, name)).find((value) => Math.abs(value) > largestHalf);
    if (tooLarge === undefined) continue;
    throw new ActionwireError(
      'CHECKPOINT_HALF_RANGE',
      `Tensor ${name}: expected numbers of at most ${largestHalf} for fp16, found ${tooLarge}.`,
    );
  }
}
