/** Reads the split files of HMDB51: one a class, `brush_hair_test_split1.txt`, with 1 for training, 2 for testing, 0 for neither. */
import type { NamedClip } from './clip-list.js';
import { linesOf, refuseLine } from './lines.js';

export interface HmdbFile {
  /** The class as its folder is named: `brush_hair`. */
  readonly folder: string;
  readonly split: number;
}

/** Undefined for a file that is no split file. */
export function hmdbFile(name: string): HmdbFile | undefined {
  const [, folder, split] = /^(.+)_test_split(\d+)\.txt$/.exec(name) ?? [];
  return folder === undefined ? undefined : { folder, split: Number(split) };
}

/** The words for a class: `brush hair`, as the published X-CLIP evaluations have them. */
export const hmdbLabel = (folder: string): string => folder.replaceAll('_', ' ');

/** The clips to test with (tag 2). @throws EVALUATION_LIST_INVALID */
export function parseHmdbSplit(text: string, folder: string, origin: string): NamedClip[] {
  return linesOf(text).flatMap((line) => {
    const [, name, tag] = /^(\S.*?)\s+([012])$/.exec(line.text) ?? [];
    if (name === undefined) return refuseLine(origin, line, 'a clip and 0, 1 or 2 are needed');
    return tag === '2' ? [{ path: `${folder}/${name}`, label: hmdbLabel(folder) }] : [];
  });
}
