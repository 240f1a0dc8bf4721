/** Graphs are small, refer to the weights where they lie, and are written once. */
import { link, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCheckpoint, writeGraphs } from '../../src/checkpoint/index.js';
import { caseNamed } from './support/cases.js';
import { rejects } from './support/rejects.js';
import { runGraphs } from './support/run-graphs.js';
import { writeCheckpoint } from './support/write-checkpoint.js';

const test = caseNamed('one-layer-4-frames');
let folder: Awaited<ReturnType<typeof writeCheckpoint>>;
beforeEach(async () => {
  folder = await writeCheckpoint(test);
});
afterEach(() => folder.remove());
const write = async (): ReturnType<typeof writeGraphs> =>
  writeGraphs(await openCheckpoint(folder.dir), join(folder.dir, 'out'));
const inode = async (...parts: string[]): Promise<number> => (await stat(join(folder.dir, ...parts))).ino;

describe('writing graphs', () => {
  it('links the weights beside small files and leaves nothing else behind', async () => {
    const graphs = await write();
    expect(await readdir(join(folder.dir, 'out'))).toEqual(
      [
        ...[
          'head.onnx',
          'head-stream.onnx',
          'text.onnx',
          'vision-frames.onnx',
          'vision-window.onnx',
          'vision.onnx',
          'vision-stream.onnx',
        ],
        ...['model.safetensors', 'weights-checked.txt'],
      ].sort(),
    );
    expect(await inode('out', 'model.safetensors')).toBe(await inode('model.safetensors'));
    for (const path of Object.values(graphs)) expect((await stat(path as string)).size).toBeLessThan(40_000);
  });

  it('ends with the reason of the signal in the middle of the check, and starts afresh afterwards', async () => {
    const controller = new AbortController();
    const checkpoint = await openCheckpoint(folder.dir);
    const writing = writeGraphs(checkpoint, join(folder.dir, 'out'), { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(writing).rejects.toThrow('enough');
    expect(await readdir(join(folder.dir, 'out'))).toEqual([]);
    await write();
    expect(await readdir(join(folder.dir, 'out'))).toHaveLength(9);
  });

  it('again changes nothing', async () => {
    const graphs = await write();
    const before = await Promise.all(Object.values(graphs).map(async (path) => (await stat(path as string)).mtimeMs));
    await write();
    expect(await Promise.all(Object.values(graphs).map(async (path) => (await stat(path as string)).mtimeMs))).toEqual(
      before,
    );
  });

  it('puts damaged graphs right', async () => {
    const { text } = await write();
    const good = await readFile(text);
    await writeFile(text, 'damaged');
    await write();
    expect(await readFile(text)).toEqual(good);
  });

  it('several times at once is harmless', async () => {
    const [graphs] = await Promise.all([write(), write(), write(), write()]);
    expect((await runGraphs(graphs, test)).get('logits')!.dims).toEqual([1, 1]);
    expect(await readdir(join(folder.dir, 'out'))).toHaveLength(9);
  });

  it('follows a checkpoint whose files are symbolic links, as the Hugging Face cache keeps them', async () => {
    const snapshot = join(folder.dir, 'snapshot');
    await mkdir(snapshot);
    for (const file of ['config.json', 'preprocessor_config.json', 'model.safetensors']) {
      await symlink(join('..', file), join(snapshot, file));
    }
    const graphs = await writeGraphs(await openCheckpoint(snapshot), join(folder.dir, 'out'));
    expect((await runGraphs(graphs, test)).get('logits')!.data).toHaveLength(1);
  });

  it('into the folder of the checkpoint itself works', async () => {
    const graphs = await writeGraphs(await openCheckpoint(folder.dir), folder.dir);
    expect((await runGraphs(graphs, test)).get('logits')!.data).toHaveLength(1);
  });

  it('after the weights were replaced refers to the new ones', async () => {
    await write();
    const other = await writeCheckpoint({ ...test, seed: 99 });
    await link(join(other.dir, 'model.safetensors'), join(folder.dir, 'new'));
    const graphs = await writeGraphs(await openCheckpoint(other.dir), join(folder.dir, 'out'));
    expect(await inode('out', 'model.safetensors')).toBe(await inode('new'));
    expect((await runGraphs(graphs, test)).get('logits')!.data).toHaveLength(1);
    await other.remove();
  });

  it('where a plain file stands is refused', async () => {
    await writeFile(join(folder.dir, 'out'), '');
    await rejects(write(), 'CHECKPOINT_GRAPHS_UNWRITABLE', /Writing graphs to .*out: /);
  });

  it.each([NaN, Infinity, -Infinity])('refuses a weight of %d, wherever it is', async (value) => {
    const name = 'vision_model.encoder.layers.0.mlp.fc2.weight';
    const broken = await writeCheckpoint(test, { name, change: (old, index) => (index === 1234 ? value : old) });
    const checkpoint = await openCheckpoint(broken.dir);
    const message =
      /Tensor vision_model\.encoder\.layers\.0\.mlp\.fc2\.weight: .*found NaN or infinity at element 1234/;
    await rejects(writeGraphs(checkpoint, join(broken.dir, 'out')), 'CHECKPOINT_NOT_FINITE', message);
    expect(await readdir(join(broken.dir, 'out'))).toEqual([]);
    await broken.remove();
  });

  it.each(['half-precision', 'bfloat16'])('refuses an infinite weight in %s', async (name) => {
    const broken = await writeCheckpoint(caseNamed(name));
    const checkpoint = await openCheckpoint(broken.dir);
    const { offset, dtype } = checkpoint.tensors.get('logit_scale')!;
    const bytes = await readFile(join(broken.dir, 'model.safetensors'));
    bytes.writeUInt16LE(dtype === 'F16' ? 0x7c00 : 0xff80, offset);
    await writeFile(join(broken.dir, 'model.safetensors'), bytes);
    const message = /Tensor logit_scale: .* at element 0/;
    await rejects(writeGraphs(checkpoint, join(broken.dir, 'out')), 'CHECKPOINT_NOT_FINITE', message);
    await broken.remove();
  });

  it('checks the values again when the weights changed', async () => {
    await write();
    const bytes = await readFile(join(folder.dir, 'model.safetensors'));
    bytes.writeFloatLE(NaN, bytes.length - 4);
    await writeFile(join(folder.dir, 'model.safetensors'), bytes);
    await utimes(join(folder.dir, 'model.safetensors'), 1, 1);
    await rejects(write(), 'CHECKPOINT_NOT_FINITE', /Tensor .*: expected finite numbers/);
  });
});
