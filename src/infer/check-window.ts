/** Refuses a window whose size is not the model's, before it reaches the inference process. */
import { ActionwireError } from '../core/errors.js';
import type { ModelInfo } from '../core/model-info.js';
import type { Window } from '../core/types.js';

/** `[T, H, W, 3]` of the windows that this model takes. */
export function windowShape({ frameCount, preparation }: ModelInfo): [number, number, number, number] {
  return [frameCount, preparation.cropHeight, preparation.cropWidth, 3];
}

/** @throws WINDOW_INVALID */
export function checkWindow({ frameCount, height, width, pixels }: Window, info: ModelInfo): void {
  const expected = windowShape(info);
  const found = [frameCount, height, width, 3];
  const bytes = expected.reduce((product, size) => product * size, 1);
  if (found.every((size, axis) => size === expected[axis]) && pixels.length === bytes) return;
  const both = `expected ${expected.join(' x ')} (${bytes} bytes), found ${found.join(' x ')} (${pixels.length} bytes)`;
  throw new ActionwireError('WINDOW_INVALID', `${info.name}: ${both}`);
}
