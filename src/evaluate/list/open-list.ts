/** Opens what the user names as a list: finds out its kind, reads it and finds the files of its clips. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ActionwireError } from '../../core/errors.js';
import { readClassFolders } from './class-folders.js';
import type { ClipList, ListFormat, NamedClip } from './clip-list.js';
import { hmdbFile, hmdbLabel, parseHmdbSplit } from './hmdb51.js';
import { parsePathLabelList } from './path-label-list.js';
import { parseClassIndex, parseUcfSplit } from './ucf101.js';

export interface ListOptions {
  /** Default: told by the files. */
  readonly format?: ListFormat;
  /** Folder that the paths of the list begin at. Default: the list's own folder. */
  readonly root?: string;
  /** HMDB51 by its folder of split files: which of the three. Default 1. */
  readonly split?: number;
}

/** What a reader of one format finds; the paths are still to be resolved. */
interface Found {
  readonly clips: readonly NamedClip[];
  readonly classes: readonly string[];
}

interface Place {
  /** The file or folder that the user named. */
  readonly path: string;
  /** The folder that holds the list, or is it. */
  readonly folder: string;
  readonly isFolder: boolean;
  readonly split: number;
}

const readers: Readonly<Record<ListFormat, (place: Place) => Promise<Found>>> = {
  list: readPathLabels,
  ucf101: readUcf,
  hmdb51: readHmdb,
  folders: async ({ path }) => readClassFolders(path),
};

/** @throws EVALUATION_LIST_INVALID when it cannot be read, is of no known form, names a clip twice or none at all */
export async function openList(path: string, { format, root, split = 1 }: ListOptions = {}): Promise<ClipList> {
  const found = await stat(path).catch((cause: unknown) => refuse(`${path} cannot be read`, cause));
  const isFolder = found.isDirectory();
  const place: Place = { path, isFolder, folder: isFolder ? path : dirname(path), split };
  const kind = format ?? (await detectFormat(place));
  if (kind === 'folders' && !isFolder) refuse(`${path} is no folder with a folder for each class`);
  const { clips, classes } = await readers[kind](place);
  refuseRepeated(clips, path);
  if (clips.length === 0) refuse(`${path} names no clip to evaluate`);
  const base = root ?? place.folder;
  return { format: kind, classes, entries: clips.map((clip) => ({ ...clip, file: resolve(base, clip.path) })) };
}

async function detectFormat({ path, folder, isFolder }: Place): Promise<ListFormat> {
  const names = await readdir(folder).catch((cause: unknown) => refuse(`${folder} cannot be read`, cause));
  if (isFolder) return names.some((name) => hmdbFile(name) !== undefined) ? 'hmdb51' : 'folders';
  if (hmdbFile(basename(path)) !== undefined) return 'hmdb51';
  const ucf = /^(?:test|train)list\d*\.txt$/.test(basename(path)) && names.includes('classInd.txt');
  return ucf ? 'ucf101' : 'list';
}

async function readPathLabels({ path }: Place): Promise<Found> {
  const clips = parsePathLabelList(await readText(path), path);
  return { clips, classes: [...new Set(clips.map(({ label }) => label))] };
}

async function readUcf({ path, folder }: Place): Promise<Found> {
  const index = join(folder, 'classInd.txt');
  const classes = parseClassIndex(await readText(index), index);
  return { clips: parseUcfSplit(await readText(path), classes, path), classes: [...classes.values()] };
}

/** One split file is one class, but all classes of its split are what is chosen from. */
async function readHmdb({ path, folder, isFolder, split }: Place): Promise<Found> {
  const named = isFolder ? undefined : hmdbFile(basename(path));
  const number = named?.split ?? split;
  const names = (await readdir(folder)).filter((name) => hmdbFile(name)?.split === number).sort();
  if (names.length === 0) refuse(`${folder} has no files ..._test_split${number}.txt`);
  const used = named === undefined ? names : [basename(path)];
  const clips: NamedClip[] = [];
  for (const name of used) {
    const file = join(folder, name);
    clips.push(...parseHmdbSplit(await readText(file), hmdbFile(name)?.folder ?? '', file));
  }
  return { clips, classes: names.map((name) => hmdbLabel(hmdbFile(name)?.folder ?? '')) };
}

function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => refuse(`${path} cannot be read`, cause));
}

function refuseRepeated(clips: readonly NamedClip[], origin: string): void {
  const seen = new Set<string>();
  for (const { path } of clips) {
    if (seen.has(path)) refuse(`${origin} names ${path} twice`);
    seen.add(path);
  }
}

function refuse(problem: string, cause?: unknown): never {
  throw new ActionwireError('EVALUATION_LIST_INVALID', problem, { cause });
}
