/** The header of a safetensors file: nothing in it is believed before it is checked. */
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readHeader } from '../../../src/checkpoint/safetensors/header.js';
import { rejects } from '../support/rejects.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';
import { frameHeader } from '../support/write-checkpoint.js';

const path = useTemporaryFolder();
const tensor = (start: number, end: number, shape = [(end - start) / 4], dtype = 'F32'): object => ({
  dtype,
  shape,
  data_offsets: [start, end],
});

/** Writes a file with this header and `bytes` of data, and reads its header. */
async function read(header: string | object, bytes: number, announced?: bigint): Promise<ReadonlyMap<string, unknown>> {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  await writeFile(path('x.safetensors'), Buffer.concat([frameHeader(text, announced), Buffer.alloc(bytes)]));
  return readHeader(path('x.safetensors'));
}

describe('a safetensors header', () => {
  it('gives name, type, shape and place of each tensor, in the file', async () => {
    const header = {
      __metadata__: { format: 'pt' },
      b: tensor(8, 24, [2, 2]),
      a: tensor(0, 8, [4], 'F16'),
      s: tensor(24, 28, []),
    };
    const start = 8 + JSON.stringify(header).length;
    const found = await read(header, 28);
    expect([...found.keys()]).toEqual(['b', 'a', 's']);
    expect(found.get('b')).toEqual({
      file: path('x.safetensors'),
      dtype: 'F32',
      shape: [2, 2],
      offset: start + 8,
      length: 16,
    });
  });

  it('may hold types that X-CLIP weights do not have', async () => {
    expect((await read({ ids: tensor(0, 16, [2], 'I64') }, 16)).size).toBe(1);
  });

  it.each([
    ['an absurd length', 2n ** 60n, /announces a header of 1152921504606846976 bytes in a file of \d+/],
    ['a length beyond the file', 100n, /announces a header of 100 bytes in a file of 10/],
    ['no length at all', 0n, /announces a header of 0 bytes/],
  ])('with %s is refused before anything is read', (_, length, message) =>
    rejects(read('{}', 0, length), 'CHECKPOINT_HEADER_INVALID', message),
  );

  it('beyond the limit is refused even when the file has it', async () => {
    await writeFile(path('x.safetensors'), frameHeader('', 17n << 20n));
    await truncate(path('x.safetensors'), 18 << 20);
    await rejects(readHeader(path('x.safetensors')), 'CHECKPOINT_HEADER_INVALID', /17825792 bytes; at most 16777216/);
  });

  it.each([
    ['no JSON', '{"a":', /not valid JSON/],
    ['deep nesting', '['.repeat(1_000_000), /nesting deeper than 4/],
    ['a list', '[]', /expected object/],
    ['a key twice', '{"a":1,"a":2}', /the key "a" twice/],
    ['a key twice, spelt in two ways', String.raw`{"a":1,"\u0061":2}`, /twice/],
    ['a name that would colour the terminal', JSON.stringify({ ['\u001b[31m\n']: 5 }), /: \ufffd\[31m\ufffd: /],
    [
      'a name of many megabytes',
      JSON.stringify({ ['x'.repeat(12 << 20)]: 5 }),
      /^x\.safetensors: x{200}\.\.\.: .*expected object/,
    ],
    ['an entry that is no object', '{"a":5}', /a: .*expected object.*\(found 5\)/],
    [
      'a negative offset',
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}',
      /a\.data_offsets\.0: .*\(found -4\)/,
    ],
    ['three offsets', '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}', /a\.data_offsets/],
    ['a fractional size', '{"a":{"dtype":"F32","shape":[0.5],"data_offsets":[0,2]}}', /a\.shape\.0/],
    ['a size beyond all numbers', '{"a":{"dtype":"F32","shape":[1e300],"data_offsets":[0,2]}}', /a\.shape\.0/],
  ])('with %s is refused', (_, header, message) => rejects(read(header, 0), 'CHECKPOINT_HEADER_INVALID', message));

  it.each([
    ['past the end', { a: tensor(0, 400) }, /ends at byte \d+, but a reaches to \d+/],
    ['in each other', { a: tensor(0, 16), b: tensor(8, 20) }, /b starts at byte \d+ and overlaps a/],
    ['after a hole', { a: tensor(0, 8), b: tensor(12, 20) }, /b starts at byte \d+ and leaves a hole behind a/],
    ['before the end', { a: tensor(0, 8) }, /has \d+ bytes, but its tensors end at \d+/],
    ['backwards', { a: tensor(8, 4, [1]) }, /gives a -4 bytes; F32 \[1\] takes 4/],
    ['in fewer bytes than their shape', { a: tensor(0, 20, [6]) }, /gives a 20 bytes; F32 \[6\] takes 24/],
    ['with a shape of astronomic size', { a: tensor(0, 20, [2 ** 50, 2 ** 50, 2 ** 50]) }, /gives a 20 bytes/],
  ])('whose tensors lie %s is refused', (_, header, message) =>
    rejects(read(header, 20), 'CHECKPOINT_TENSOR_RANGE', message),
  );

  it('with an unknown element type is refused', () =>
    rejects(read({ a: tensor(0, 4, [1], 'F128') }, 4), 'CHECKPOINT_TENSOR_DTYPE', /holds a as F128/));

  it('is not looked for in a folder, an empty file or nothing', async () => {
    await rejects(readHeader(path('none')), 'CHECKPOINT_FILE_MISSING', /none cannot be read/);
    await mkdir(path('folder'));
    await rejects(readHeader(path('folder')), 'CHECKPOINT_FILE_MISSING', /not a plain file/);
    await writeFile(path('empty'), '');
    await rejects(readHeader(path('empty')), 'CHECKPOINT_HEADER_INVALID', /has 0 bytes, too few/);
  });
});
