/** Brings a model of the hub into the cache, or finds it there. */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ActionwireError } from '../core/errors.js';
import { chooseFiles, type HubFile } from './choose-files.js';
import { mustFit, onDisk } from './disk.js';
import { fetchFile, type Progress } from './fetch-file.js';
import { askCommit, askFiles } from './hub-client.js';
import type { PullOptions } from './options.js';
import { withRetries } from './retry.js';
import { findSnapshot, isCommit, recordFiles, recordRevision, snapshotFolder } from './snapshot.js';

export interface PulledModel {
  /** Folder for `--model`. */
  readonly dir: string;
  readonly commit: string;
  /** `hub`: asked and fetched what was missing; `cache`: nobody was asked; `cache-unreachable`: the hub did not answer. */
  readonly from: 'hub' | 'cache' | 'cache-unreachable';
}

/**
 * A pinned commit that is in the cache is not asked for again; a branch or tag is asked for, and found in the cache when the hub does not
 * answer. What an interrupted pull left is used. @throws the HUB_ codes, MODEL_CACHE_UNWRITABLE
 */
export async function pullModel(options: PullOptions, onProgress: (progress: Progress) => void): Promise<PulledModel> {
  const { cacheDir, id, revision } = options;
  const kept = await findSnapshot(cacheDir, id, revision);
  if (kept !== undefined && (options.offline || isCommit(revision))) return { ...kept, from: 'cache' };
  if (options.offline) throw new ActionwireError('HUB_OFFLINE', `${id} at ${revision} is not in ${cacheDir}.`);
  try {
    return await pullFromHub(options, onProgress);
  } catch (error) {
    const unreachable = error instanceof ActionwireError && error.code === 'HUB_UNREACHABLE';
    if (kept === undefined || !unreachable) throw error;
    return { ...kept, from: 'cache-unreachable' };
  }
}

async function pullFromHub(options: PullOptions, onProgress: (progress: Progress) => void): Promise<PulledModel> {
  const { cacheDir, id, revision } = options;
  const commit = await ask(options, (signal) => askCommit(options, revision, signal));
  const dir = snapshotFolder(cacheDir, id, commit);
  if ((await findSnapshot(cacheDir, id, commit)) === undefined) {
    const files = chooseFiles(await ask(options, (signal) => askFiles(options, commit, signal)), id);
    await onDisk(mkdir(dir, { recursive: true, mode: 0o700 }), dir);
    await fetchAll(options, commit, files, dir, onProgress);
    const names = files.map(({ name }) => name);
    await recordFiles(cacheDir, id, commit, names);
  }
  await recordRevision(cacheDir, id, revision, commit);
  return { dir, commit, from: 'hub' };
}

/** Small files first, as chosen; the weights are last. */
async function fetchAll(
  options: PullOptions,
  commit: string,
  files: readonly HubFile[],
  dir: string,
  onProgress: (progress: Progress) => void,
): Promise<void> {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  await mustFit(dir, total - (await bytesOnDisk(files, dir)));
  let done = 0;
  for (const file of files) {
    await fetchFile(options, commit, file, dir, (bytes) => {
      done += bytes;
      onProgress({ file: file.name, done, total });
    });
  }
}

async function bytesOnDisk(files: readonly HubFile[], dir: string): Promise<number> {
  const paths = files.flatMap(({ name }) => [join(dir, name), join(dir, `${name}.part`)]);
  const sizes = paths.map((path) => stat(path).then(({ size }) => size, () => 0)); // prettier-ignore
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** A question with a short answer. */
function ask<T>(options: PullOptions, question: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return withRetries(options.id, options, () => question(AbortSignal.timeout(options.stallTimeoutMs)));
}
