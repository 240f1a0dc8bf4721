/**
 * Puts the checkpoint's weight files beside the graphs. ONNX Runtime only follows external data that lies in the folder of
 * the .onnx file, and resolves symbolic links before it looks; a hard link passes and copies nothing.
 */
import { randomUUID } from 'node:crypto';
import { constants, createReadStream, createWriteStream, type Stats } from 'node:fs';
import { copyFile, link, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export type Placement = 'in place' | 'linked' | 'copied';

/**
 * Makes `<folder>/<name of source>` hold the bytes of `source`: nothing to do when it already does, else a hard link,
 * else (another file system, no right to link) a copy, as a clone where the file system can. Aborting `signal` ends the copy
 * and leaves nothing of it.
 */
export async function placeWeights(source: string, folder: string, signal?: AbortSignal): Promise<Placement> {
  signal?.throwIfAborted();
  const target = join(folder, basename(source));
  const record = `${target}.source`;
  if (await holdsSame(source, target, record)) return 'in place';
  const temporary = `${target}.${randomUUID()}`;
  try {
    const placement = await linkOrCopy(await realpath(source), temporary, signal);
    await rename(temporary, target);
    if (placement === 'copied') await writeFile(record, identity(await stat(source)));
    return placement;
  } finally {
    // Also after success: renaming a hard link onto another one of the same file leaves both.
    await rm(temporary, { force: true });
  }
}

async function linkOrCopy(source: string, target: string, signal?: AbortSignal): Promise<Placement> {
  try {
    await link(source, target);
    return 'linked';
  } catch {
    // Any refusal to link (EXDEV, EPERM, EMLINK, ENOTSUP ...) has the same answer; a real fault shows again in the copy.
    await cloneOrCopy(source, target, signal);
    return 'copied';
  }
}

/** A clone takes no time; a copy may take long, so it is one that can be interrupted. */
async function cloneOrCopy(source: string, target: string, signal?: AbortSignal): Promise<void> {
  try {
    await copyFile(source, target, constants.COPYFILE_FICLONE_FORCE);
  } catch {
    await pipeline(createReadStream(source), createWriteStream(target), ...(signal === undefined ? [] : [{ signal }]));
  }
}

/** Whether the target is the source itself, or a copy made when the source was what it is now. */
async function holdsSame(source: string, target: string, record: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(source), stat(target).catch(() => undefined)]);
  if (b === undefined) return false;
  if (a.ino === b.ino && a.dev === b.dev) return true;
  return a.size === b.size && (await readFile(record, 'utf8').catch(() => '')) === identity(a);
}

function identity({ dev, ino, size, mtimeMs }: Stats): string {
  return [dev, ino, size, mtimeMs].join(' ');
}
