/** The table of contents at the end of a zip archive, with the 64-bit records that large files need. */
import type { FileHandle } from 'node:fs/promises';
import { printable } from '../printable.js';
import { invalid, readRange } from './archive-bytes.js';

export interface DirectoryEntry {
  readonly name: string;
  readonly nameBytes: number;
  readonly headerOffset: number;
  readonly length: number;
}

interface Directory {
  readonly entries: readonly DirectoryEntry[];
  /** First byte of the table: the entries themselves lie before it. */
  readonly start: number;
}

/** What the last record says of the table. */
interface Bounds {
  readonly count: number;
  readonly bytes: number;
  readonly start: number;
}

const END = { signature: 0x06054b50, bytes: 22 };
const LOCATOR = { signature: 0x07064b50, bytes: 20 };
const END_64 = { signature: 0x06064b50, bytes: 56 };
const ENTRY = { signature: 0x02014b50, bytes: 46 };
const MAX_ENTRIES = 100_000;
const MAX_BYTES = 16 << 20;
const ALL_ONES_16 = 0xffff;
const ALL_ONES_32 = 0xffffffff;
const ENCRYPTED = 0x0001 | 0x0040 | 0x2000;
/** Extra field of an entry whose sizes do not fit 32 bits. */
const ZIP64_FIELD = 0x0001;

/** `size` is the file's, in bytes. Throws `CHECKPOINT_ARCHIVE_INVALID`. */
export async function readDirectory(file: FileHandle, size: number, path: string): Promise<Directory> {
  const bounds = await readBounds(file, size, path);
  if (bounds.count > MAX_ENTRIES) invalid(path, `holds ${bounds.count} entries; at most ${MAX_ENTRIES} are accepted`);
  if (bounds.bytes > MAX_BYTES)
    invalid(path, `has ${bounds.bytes} bytes of contents; at most ${MAX_BYTES} are accepted`);
  const table = await readRange(file, bounds.start, bounds.bytes, size - END.bytes, path);
  return { entries: parseEntries(table, bounds.count, path), start: bounds.start };
}

/** The last record is the file's very end: `torch.save` writes no comment behind it. */
async function readBounds(file: FileHandle, size: number, path: string): Promise<Bounds> {
  const end = await readRange(file, size - END.bytes, END.bytes, size, path);
  if (end.readUInt32LE(0) !== END.signature || end.readUInt16LE(20) !== 0) {
    invalid(path, 'does not end like a zip archive of torch.save: it was cut off, or is something else');
  }
  if (end.readUInt16LE(4) !== 0 || end.readUInt16LE(6) !== 0) invalid(path, 'is one part of several');
  const bounds = { count: end.readUInt16LE(10), bytes: end.readUInt32LE(12), start: end.readUInt32LE(16) };
  const large = bounds.count === ALL_ONES_16 || bounds.bytes === ALL_ONES_32 || bounds.start === ALL_ONES_32;
  return large ? readBounds64(file, size, path) : bounds;
}

async function readBounds64(file: FileHandle, size: number, path: string): Promise<Bounds> {
  const limit = size - END.bytes;
  const locator = await readRange(file, limit - LOCATOR.bytes, LOCATOR.bytes, limit, path);
  if (locator.readUInt32LE(0) !== LOCATOR.signature) invalid(path, 'lacks the record that a large archive needs');
  const record = await readRange(file, safe(locator.readBigUInt64LE(8), path), END_64.bytes, limit, path);
  if (record.readUInt32LE(0) !== END_64.signature) invalid(path, 'lacks the record that a large archive needs');
  return {
    count: safe(record.readBigUInt64LE(32), path),
    bytes: safe(record.readBigUInt64LE(40), path),
    start: safe(record.readBigUInt64LE(48), path),
  };
}

function parseEntries(table: Buffer, count: number, path: string): DirectoryEntry[] {
  const entries: DirectoryEntry[] = [];
  let place = 0;
  while (place < table.length) {
    if (place + ENTRY.bytes > table.length || table.readUInt32LE(place) !== ENTRY.signature) {
      invalid(path, 'has a damaged table of contents');
    }
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((at) => table.readUInt16LE(place + at));
    const next = place + ENTRY.bytes + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0);
    if (next > table.length) invalid(path, 'has a damaged table of contents');
    entries.push(parseEntry(table.subarray(place, next), path));
    place = next;
  }
  if (entries.length !== count) invalid(path, `announces ${count} entries and lists ${entries.length}`);
  return entries;
}

function parseEntry(record: Buffer, path: string): DirectoryEntry {
  const nameBytes = record.readUInt16LE(28);
  const name = record.toString('utf8', ENTRY.bytes, ENTRY.bytes + nameBytes);
  const shown = printable(name);
  const method = record.readUInt16LE(10);
  if ((record.readUInt16LE(8) & ENCRYPTED) !== 0) invalid(path, `holds ${shown} encrypted`);
  if (method !== 0) invalid(path, `holds ${shown} compressed (method ${method}); torch.save never does`);
  const extra = record.subarray(ENTRY.bytes + nameBytes, ENTRY.bytes + nameBytes + record.readUInt16LE(30));
  const wide = new WideNumbers(extra, path);
  // In this order, and only those that do not fit, stand the numbers in the extra field.
  const length = wide.next(record.readUInt32LE(24));
  const stored = wide.next(record.readUInt32LE(20));
  const headerOffset = wide.next(record.readUInt32LE(42));
  if (length !== stored) invalid(path, `holds ${shown} as ${stored} bytes that become ${length}`);
  return { name, nameBytes, headerOffset, length };
}

/** Numbers of an entry: the 32-bit one, or the next of the zip64 extra field where all its bits are set. */
class WideNumbers {
  #rest: Buffer;

  constructor(
    extra: Buffer,
    private readonly path: string,
  ) {
    this.#rest = Buffer.alloc(0);
    for (let place = 0; place + 4 <= extra.length;) {
      const length = extra.readUInt16LE(place + 2);
      if (extra.readUInt16LE(place) === ZIP64_FIELD) this.#rest = extra.subarray(place + 4, place + 4 + length);
      place += 4 + length;
    }
  }

  next(narrow: number): number {
    if (narrow !== ALL_ONES_32) return narrow;
    if (this.#rest.length < 8) invalid(this.path, 'has a damaged table of contents');
    const value = safe(this.#rest.readBigUInt64LE(0), this.path);
    this.#rest = this.#rest.subarray(8);
    return value;
  }
}

function safe(value: bigint, path: string): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) invalid(path, `claims a size of ${String(value)} bytes`);
  return Number(value);
}
