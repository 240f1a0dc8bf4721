/** One file or shards; an index that names anything but a file beside it is refused. */
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readTensors } from '../../src/checkpoint/weight-files.js';
import { rejects } from './support/rejects.js';
import { useTemporaryFolder } from './support/temporary-folder.js';
import { encodeHeader } from './support/write-checkpoint.js';

const path = useTemporaryFolder();
const shard = (name: string, tensors: [string, number[]][], bytes: number): Promise<void> =>
  writeFile(path(name), Buffer.concat([encodeHeader(tensors, 'F32'), Buffer.alloc(bytes)]));
const index = (map: unknown): Promise<void> =>
  writeFile(path('model.safetensors.index.json'), JSON.stringify({ weight_map: map }));

describe('the weight files', () => {
  it('are the shards that the index names', async () => {
    await shard('model-1.safetensors', [['a', [2]]], 8);
    await shard(
      'model-2.safetensors',
      [
        ['b', [3]],
        ['a', [2]],
      ],
      20,
    );
    await index({ a: 'model-1.safetensors', b: 'model-2.safetensors' });
    const tensors = await readTensors(path());
    expect([...tensors].map(([name, { file, shape }]) => [name, file, shape])).toEqual([
      ['a', path('model-1.safetensors'), [2]],
      ['b', path('model-2.safetensors'), [3]],
    ]);
  });

  it('may be missing, which is said', async () => {
    await rejects(readTensors(path()), 'CHECKPOINT_FILE_MISSING', /model\.safetensors cannot be read/);
    await index({ a: 'model-1.safetensors' });
    await rejects(readTensors(path()), 'CHECKPOINT_FILE_MISSING', /model-1\.safetensors cannot be read/);
  });

  it.each([
    '../../etc/passwd',
    '/etc/passwd',
    'a/b.safetensors',
    '..\\x.safetensors',
    '.hidden.safetensors',
    'x.bin',
    '',
    5,
    null,
  ])('are not looked for at %j', async (name) => {
    await index({ a: name });
    await rejects(readTensors(path()), 'CHECKPOINT_HEADER_INVALID', /index\.json: weight_map\.a: /);
  });

  it('cannot be too many', async () => {
    await index(
      Object.fromEntries(
        Array.from({ length: 1001 }, (_, shardIndex) => [`t${shardIndex}`, `m${shardIndex}.safetensors`]),
      ),
    );
    await rejects(readTensors(path()), 'CHECKPOINT_HEADER_INVALID', /names 1001 files; at most 1000/);
  });
});
