/** The tensors an X-CLIP needs, each checked against config.json: where its bytes lie, never the bytes themselves. */
import { ActionwireError } from '../core/errors.js';
import type { XClipConfig } from './config.js';
import { expectedTensors, type Shape } from './expected-tensors.js';
import type { StoredTensor } from './stored-tensor.js';

export const weightTypes = ['F32', 'F16', 'BF16'] as const;
export type WeightType = (typeof weightTypes)[number];

export interface TensorEntry extends StoredTensor {
  readonly dtype: WeightType;
}

export type TensorIndex = ReadonlyMap<string, TensorEntry>;

/** Picks the expected tensors out of those stored; further ones (old `position_ids` buffers) are left alone. */
export function indexTensors(stored: ReadonlyMap<string, StoredTensor>, config: XClipConfig): TensorIndex {
  const index = new Map<string, TensorEntry>();
  for (const [name, shape] of expectedTensors(config)) {
    index.set(name, checkTensor(name, shape, stored.get(name)));
  }
  return index;
}

function checkTensor(name: string, shape: Shape, tensor: StoredTensor | undefined): TensorEntry {
  const expected = `[${shape.join(', ')}]`;
  if (tensor === undefined) {
    throw new ActionwireError('CHECKPOINT_TENSOR_MISSING', `Tensor ${name}: expected ${expected}, found nothing.`);
  }
  const found = `[${tensor.shape.join(', ')}]`;
  if (found !== expected) {
    throw new ActionwireError('CHECKPOINT_TENSOR_SHAPE', `Tensor ${name}: expected ${expected}, found ${found}.`);
  }
  const dtype = weightTypes.find((type) => type === tensor.dtype);
  if (dtype === undefined) {
    const wanted = `expected ${weightTypes.join(', ')}`;
    throw new ActionwireError('CHECKPOINT_TENSOR_DTYPE', `Tensor ${name}: ${wanted}, found ${tensor.dtype}.`);
  }
  return { ...tensor, dtype };
}
