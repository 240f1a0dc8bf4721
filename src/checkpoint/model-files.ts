/** What a model folder says of its model: the files of Hugging Face, or what an original VideoX checkpoint tells without them. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig, type XClipConfig } from './config.js';
import { readPreparation, type CheckpointPreparation } from './preparation.js';
import type { StoredTensor } from './stored-tensor.js';
import { isOriginal, renameOriginal } from './videox/names.js';
import { originalPreparation } from './videox/preparation.js';
import { sizesOf } from './videox/sizes.js';
import { readTensors } from './weight-files.js';

type Tensors = ReadonlyMap<string, StoredTensor>;

/** All tensors of the folder under the names of Hugging Face. */
export async function readNamedTensors(dir: string): Promise<Tensors> {
  const stored = await readTensors(dir);
  return isOriginal(stored) ? renameOriginal(stored) : stored;
}

/** The sizes of config.json; where there is none, those that the shapes of an original checkpoint tell. */
export async function readModelConfig(dir: string): Promise<XClipConfig> {
  if (!(await exists(join(dir, 'config.json'))) && (await holdsOriginal(dir)))
    return sizesOf(await readNamedTensors(dir));
  return readConfig(dir);
}

/** What the preprocessor's file says; where there is none, how VideoX prepares pictures for an original checkpoint. */
export async function readModelPreparation(dir: string, imageSize: number): Promise<CheckpointPreparation> {
  const files = ['preprocessor_config.json', 'processor_config.json'].map((name) => exists(join(dir, name)));
  const said = (await Promise.all(files)).includes(true);
  if (!said && (await holdsOriginal(dir))) return originalPreparation(imageSize);
  return readPreparation(dir, imageSize);
}

/** False too where the weights cannot be read: whoever needs them will say why. */
async function holdsOriginal(dir: string): Promise<boolean> {
  return readTensors(dir).then(isOriginal, () => false);
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
