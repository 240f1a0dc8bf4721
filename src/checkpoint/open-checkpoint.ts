/** Opens a model folder: reads and checks everything about it except the weights' values. */
import { resolve } from 'node:path';
import { readConfig, type XClipConfig } from './config.js';
import { readPreparation, type CheckpointPreparation } from './preparation.js';
import { readTensors } from './weight-files.js';
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
 * Opens the folder of a Hugging Face X-CLIP checkpoint: config.json, preprocessor_config.json and the header of
 * model.safetensors (or of the shards that model.safetensors.index.json names). Every tensor's presence, shape, element
 * type and byte range is checked against the config; no weight is read. Throws ActionwireError with a `CHECKPOINT_...`
 * code that names what was expected and what was found.
 */
export async function openCheckpoint(dir: string): Promise<Checkpoint> {
  const config = await readConfig(dir);
  const preparation = await readPreparation(dir, config.vision.imageSize);
  const tensors = indexTensors(await readTensors(resolve(dir)), config);
  return { dir: resolve(dir), config, preparation, tensors };
}
