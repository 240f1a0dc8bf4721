/** Fetches one file: goes on where an earlier attempt stopped, and keeps it only when its hash is the one that the hub lists. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { ActionwireError } from '../core/errors.js';
import type { HubFile } from './choose-files.js';
import { onDisk } from './disk.js';
import { Interruption } from './failure.js';
import { readFileFrom } from './hub-client.js';
import type { PullOptions } from './options.js';
import { withRetries } from './retry.js';

export interface Progress {
  readonly file: string;
  /** Bytes of the whole model that are on the disk, and all of them. */
  readonly done: number;
  readonly total: number;
}

/** `advance` hears of every further byte on the disk, those of an earlier attempt too. @throws HUB_ and MODEL_CACHE_UNWRITABLE codes */
export async function fetchFile(
  options: PullOptions,
  commit: string,
  file: HubFile,
  dir: string,
  advance: (bytes: number) => void,
): Promise<void> {
  const path = join(dir, file.name);
  if ((await sizeOf(path)) === file.size) {
    advance(file.size);
    return;
  }
  const part = `${path}.part`;
  const hash = startHash(file);
  const start = await resume(part, file, hash);
  advance(start);
  const handle = await onDisk(open(part, 'a'), part);
  try {
    await fetchRest(options, commit, file, start, async (bytes) => {
      await onDisk(handle.appendFile(bytes), part);
      hash.update(bytes);
      advance(bytes.length);
    });
    await flush(handle, part);
  } finally {
    await handle.close();
  }
  await keep(part, path, file, hash.digest('hex'), options.id);
}

/** Everything from `start`, over as many connections as it takes. */
async function fetchRest(
  options: PullOptions,
  commit: string,
  file: HubFile,
  start: number,
  take: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  let done = start;
  await withRetries(`${options.id}: ${file.name}`, options, async (progress) => {
    if (done === file.size) return;
    await readStream(options.stallTimeoutMs, async (signal, alive) => {
      for await (const bytes of readFileFrom(options, commit, file, done, signal)) {
        if (done + bytes.length > file.size) throw new Interruption('more bytes came than were listed');
        await take(bytes);
        done += bytes.length;
        progress();
        alive();
      }
    });
    if (done < file.size) throw new Interruption(`the answer ended at byte ${done} of ${file.size}`);
  });
}

/** Gives up when `alive` is not called for `stallTimeoutMs`. */
async function readStream(
  stallTimeoutMs: number,
  read: (signal: AbortSignal, alive: () => void) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), stallTimeoutMs);
  try {
    await read(controller.signal, () => timer.refresh());
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

/** How many bytes of an earlier attempt there are; they go into the hash. One that is too long is not of this file. */
async function resume(part: string, file: HubFile, hash: Hash): Promise<number> {
  const size = (await sizeOf(part)) ?? 0;
  if (size > file.size) {
    await onDisk(rm(part), part);
    return 0;
  }
  if (size > 0) await onDisk(hashFile(part, hash), part);
  return size;
}

async function hashFile(path: string, hash: Hash): Promise<void> {
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
}

/** Git hashes a header with the size before the content. */
function startHash({ hash: { kind }, size }: HubFile): Hash {
  return kind === 'sha256' ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
}

const flush = (handle: FileHandle, path: string): Promise<void> => onDisk(handle.datasync(), path);

async function keep(part: string, path: string, file: HubFile, found: string, id: string): Promise<void> {
  if (found !== file.hash.hex) {
    await onDisk(rm(part), part);
    const both = `expected ${file.hash.hex}, found ${found}`;
    throw new ActionwireError('HUB_HASH_MISMATCH', `${id}: ${file.name}: ${both}.`);
  }
  await onDisk(rename(part, path), path);
}

const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
