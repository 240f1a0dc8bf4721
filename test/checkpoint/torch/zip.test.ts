/** The table of contents of a zip archive: nothing in it is believed before it is checked. */
import { open, writeFile } from 'node:fs/promises';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readZip, type ZipEntry } from '../../../src/checkpoint/torch/zip.js';
import { rejects } from '../support/rejects.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';
import { archive, archive64, type ArchiveEntry } from '../support/torch-archive.js';

const path = useTemporaryFolder();
const a = { name: 'a', data: Buffer.from('first') };
const b = { name: 'b', data: Buffer.from('second one') };

async function read(bytes: Buffer): Promise<ReadonlyMap<string, ZipEntry>> {
  await writeFile(path('x.zip'), bytes);
  const file = await open(path('x.zip'));
  try {
    return await readZip(file, path('x.zip'));
  } finally {
    await file.close();
  }
}

const refused = (bytes: Buffer, message: RegExp): Promise<void> =>
  rejects(read(bytes), 'CHECKPOINT_ARCHIVE_INVALID', message);

describe('a zip archive', () => {
  it.each([
    ['with small records', archive([a, b])],
    ['with 64-bit records', archive64([a, b])],
  ])('%s gives the place of each entry', async (_, bytes) => {
    const found = [...(await read(bytes))].map(([name, { offset, length }]) => [
      name,
      bytes.toString('utf8', offset, offset + length),
    ]);
    expect(found).toEqual([
      ['a', 'first'],
      ['b', 'second one'],
    ]);
  });

  const bomb = deflateRawSync(Buffer.alloc(1 << 20));
  it.each<[string, Buffer, RegExp]>([
    [
      'a compressed entry, such as a bomb',
      archive([{ name: 'a', data: bomb, method: 8, claims: { length: 1 << 30, stored: bomb.length } }]),
      /holds a compressed \(method 8\)/,
    ],
    [
      'an entry that becomes longer without compression',
      archive([{ ...a, claims: { length: 1 << 30, stored: 5 } }]),
      /holds a as 5 bytes that become 1073741824/,
    ],
    ['an encrypted entry', archive([{ ...a, flags: 1 }]), /holds a encrypted/],
    ['an entry beyond the end', archive([{ ...a, claims: { length: 1 << 30 } }]), /holds a beyond byte/],
    ['an entry that begins beyond the end', archive([{ ...a, claims: { offset: 1 << 30 } }]), /is cut off/],
    ['a name twice', archive([a, a]), /holds a twice/],
    ['two names for one entry', archive([{ ...a, claims: { name: 'z' } }]), /gives z two names/],
    ['two entries in one place', archive([a, { ...b, claims: { offset: 0 } }]), /gives b two names|holds b inside/],
    [
      'an entry inside another',
      archive([
        { name: 'a', data: archive([b]).subarray(0, 41) },
        { ...b, data: Buffer.alloc(10), claims: { offset: 31 } },
      ]),
      /holds b inside the entry before it/,
    ],
    ['more entries than it lists', archive([a], { count: 2 }), /announces 2 entries and lists 1/],
    ['a table beyond the end', archive([a], { start: 1 << 30 }), /is cut off/],
    ['a table of other bytes', archive([a], { start: 0 }), /has a damaged table of contents/],
    ['several parts', archive([a], { disk: 1 }), /is one part of several/],
    ['something behind it', Buffer.concat([archive([a]), Buffer.from('more')]), /does not end like a zip archive/],
    ['a comment', archive([a], { comment: 5 }), /does not end like a zip archive/],
    ['an absurd number of entries', archive64([a], { count: 1n << 40n }), /at most 100000 are accepted/],
    ['a table of absurd size', archive64([a], { bytes: 1n << 40n }), /at most 16777216 are accepted/],
    ['a table at an absurd place', archive64([a], { start: 1n << 62n }), /claims a size of 4611686018427387904 bytes/],
    ['nothing', Buffer.alloc(0), /is cut off/],
  ])('with %s is refused', (_, bytes, message) => refused(bytes, message));

  it('may hold many entries, but not too many', async () => {
    const many = (count: number): ArchiveEntry[] =>
      Array.from({ length: count }, (_, index) => ({ name: String(index), data: Buffer.alloc(0) }));
    expect((await read(archive(many(2000)))).size).toBe(2000);
  });
});
