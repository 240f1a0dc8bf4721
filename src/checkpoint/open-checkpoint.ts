/** Opens a model folder: reads and checks everything about it except the weights' values. */
import { resolve } from 'node:path';
import type { XClipConfig } from './config.js';
import { readModelConfig, readModelPreparation, readNamedTensors } from './model-files.js';
import type { CheckpointPreparation } from './preparation.js';
import { indexTensors, type TensorIndex } from './tensor-index.js';

export interface Checkpoint {
  /** Absolute path of the folder. */
  readonly dir: string;
  readonly config: XClipConfig;
  readonly preparation: CheckpointPreparation;
  /** Where each weight lies: file, element type, shape, offset and length in bytes. */
  readonly tensors: TensorIndex;
}

/**
 * Opens the folder of an X-CLIP checkpoint: config.json, preprocessor_config.json and the places of the weights in
 * model.safetensors, pytorch_model.bin, their shards, or an original VideoX `.pth`, which needs neither of the two. Every tensor's
 * presence, shape, element type and byte range is checked against the config; no weight is read. Throws ActionwireError with a
 * `CHECKPOINT_...` code that names what was expected and what was found.
 */
export async function openCheckpoint(dir: string): Promise<Checkpoint> {
  const folder = resolve(dir);
  const config = await readModelConfig(folder);
  const preparation = await readModelPreparation(folder, config.vision.imageSize);
  const tensors = indexTensors(await readNamedTensors(folder), config);
  return { dir: folder, config, preparation, tensors };
}
