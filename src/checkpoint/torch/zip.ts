/**
 * Reads the table of contents of a zip archive as `torch.save` writes it: every entry stored, none compressed, so that each is a
 * plain range of bytes of the file. (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.) Anything else is refused.
 */
import type { FileHandle } from 'node:fs/promises';
import { printable } from '../printable.js';
import { invalid, readRange } from './archive-bytes.js';
import { readDirectory, type DirectoryEntry } from './zip-directory.js';

/** Where the content of an entry lies in the file, in bytes. */
export interface ZipEntry {
  readonly offset: number;
  readonly length: number;
}

const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;

/**
 * The entries by name. Throws `CHECKPOINT_ARCHIVE_INVALID` for compressed or encrypted entries, names that occur twice, entries that
 * overlap one another or reach beyond the table of contents, and for more than 100,000 entries or 16 MiB of it.
 */
export async function readZip(file: FileHandle, path: string): Promise<ReadonlyMap<string, ZipEntry>> {
  const { size } = await file.stat();
  const { entries, start } = await readDirectory(file, size, path);
  const found = new Map<string, ZipEntry>();
  let reached = 0;
  for (const entry of entries.toSorted((a, b) => a.headerOffset - b.headerOffset)) {
    if (found.has(entry.name)) invalid(path, `holds ${printable(entry.name)} twice`);
    if (entry.headerOffset < reached) invalid(path, `holds ${printable(entry.name)} inside the entry before it`);
    const offset = await contentOffset(file, entry, start, path);
    reached = offset + entry.length;
    if (reached > start) invalid(path, `holds ${printable(entry.name)} beyond byte ${start}, where its entries end`);
    found.set(entry.name, { offset, length: entry.length });
  }
  return found;
}

/** The content begins behind the local header, whose name must be that of the table of contents. */
async function contentOffset(
  file: FileHandle,
  { name, nameBytes, headerOffset }: DirectoryEntry,
  end: number,
  path: string,
): Promise<number> {
  const header = await readRange(file, headerOffset, LOCAL_BYTES + nameBytes, end, path);
  if (header.readUInt32LE(0) !== LOCAL_SIGNATURE) invalid(path, `has no entry at byte ${headerOffset}`);
  const same = header.readUInt16LE(26) === nameBytes && header.toString('utf8', LOCAL_BYTES) === name;
  if (!same) invalid(path, `gives ${printable(name)} two names`);
  return headerOffset + LOCAL_BYTES + nameBytes + header.readUInt16LE(28);
}
