/**
 * The kept models: `<cache>/models/<owner>--<name>/<commit>/` holds the files of one commit, `refs/<revision>` says which commit a branch
 * or tag was when it was last asked for. A folder counts once `pull.json` is in it, which is written last.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { defaultCacheDir } from '../core/cache-dir.js';
import { onDisk } from './disk.js';
import { isModelId } from './options.js';

const RECORD = 'pull.json';
const commit = z.string().regex(/^[0-9a-f]{40}$/);
const recordSchema = z.looseObject({ commit, files: z.array(z.string()).min(1) });

export const isCommit = (text: string): boolean => commit.safeParse(text).success;

const modelFolder = (cacheDir: string, id: string): string => join(cacheDir, 'models', id.replace('/', '--'));

export const snapshotFolder = (cacheDir: string, id: string, sha: string): string =>
  join(modelFolder(cacheDir, id), sha);

const refFile = (cacheDir: string, id: string, revision: string): string =>
  join(modelFolder(cacheDir, id), 'refs', encodeURIComponent(revision));

/** The commit and folder of a model that was pulled completely, or undefined. */
export async function findSnapshot(
  cacheDir: string,
  id: string,
  revision: string,
): Promise<{ dir: string; commit: string } | undefined> {
  const sha = isCommit(revision) ? revision : (await readText(refFile(cacheDir, id, revision)))?.trim();
  if (sha === undefined || !isCommit(sha)) return undefined;
  const dir = snapshotFolder(cacheDir, id, sha);
  const record = parse(await readText(join(dir, RECORD)));
  return record?.commit === sha ? { dir, commit: sha } : undefined;
}

/** The folder of a pulled model by its id, with `@revision` behind it if not `main`; undefined when there is none. */
export async function findPulled(model: string, cacheDir = defaultCacheDir()): Promise<string | undefined> {
  const [id = '', revision = 'main'] = model.split('@');
  return isModelId(id) ? (await findSnapshot(cacheDir, id, revision))?.dir : undefined;
}

/** Says that the folder of a commit is complete. */
export async function recordFiles(cacheDir: string, id: string, sha: string, files: readonly string[]): Promise<void> {
  const record = join(snapshotFolder(cacheDir, id, sha), RECORD);
  await writeWhole(record, `${JSON.stringify({ id, commit: sha, files }, null, 2)}\n`);
}

/** Says which commit a branch or tag is now. */
export async function recordRevision(cacheDir: string, id: string, revision: string, sha: string): Promise<void> {
  if (isCommit(revision)) return;
  const ref = refFile(cacheDir, id, revision);
  await onDisk(mkdir(dirname(ref), { recursive: true }), ref);
  await writeWhole(ref, `${sha}\n`);
}

async function writeWhole(path: string, text: string): Promise<void> {
  await onDisk(writeFile(`${path}.part`, text), path);
  await onDisk(rename(`${path}.part`, path), path);
}

const readText = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined);

function parse(text: string | undefined): z.infer<typeof recordSchema> | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(text ?? 'null')).data;
  } catch {
    return undefined; // half-written by a power cut: the model counts as not pulled and is fetched again
  }
}
