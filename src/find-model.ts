/** Which folder `--model` means: the bundled one, a folder, or a model that `actionwire model pull` has fetched. */
import { existsSync } from 'node:fs';
import { bundledModelDir } from './paths.js';
import { findPulled } from './pull/index.js';

/** A folder, else a pulled model of that id, else (the error names it) what the user wrote. */
export async function findModel(model: string | undefined): Promise<string> {
  if (model === undefined) return bundledModelDir;
  return existsSync(model) ? model : ((await findPulled(model)) ?? model);
}
