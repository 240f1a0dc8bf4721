/** A folder is opened only when its weights are those that its config.json calls for. */
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../src/checkpoint/index.js';
import { caseNamed } from './support/cases.js';
import { rejects } from './support/rejects.js';
import { writeCheckpoint } from './support/write-checkpoint.js';

type Header = Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;

const test = caseNamed('one-layer-4-frames');
let folder: Awaited<ReturnType<typeof writeCheckpoint>>;
beforeEach(async () => {
  folder = await writeCheckpoint(test);
});
afterEach(() => folder.remove());
const weights = (): string => join(folder.dir, 'model.safetensors');

/** Rewrites the header of the weight file; the data stays. */
async function editHeader(edit: (header: Header) => void): Promise<void> {
  const bytes = await readFile(weights());
  const length = Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Header;
  edit(header);
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(text.length));
  await writeFile(weights(), Buffer.concat([prefix, text, bytes.subarray(8 + length)]));
}

function renameTensor(header: Header, from: string, to: string): void {
  header[to] = header[from]!;
  header[from] = undefined as never;
}

describe('opening a checkpoint', () => {
  it('gives its sizes, its preparation and the place of every weight', async () => {
    const { dir, config, preparation, tensors } = await openCheckpoint(folder.dir);
    expect([dir, config.vision.frames, preparation.cropWidth]).toEqual([folder.dir, 4, 32]);
    const { file, ...entry } = tensors.get('visual_projection.weight')!;
    expect(basename(file)).toBe('model.safetensors');
    expect(entry).toMatchObject({ dtype: 'F32', shape: [32, 32], length: 4096 });
  });

  it('leaves tensors alone that the model does not have', async () => {
    const extra = { dtype: 'I64', shape: [0], data_offsets: [0, 0] as [number, number] };
    await editHeader((header) => (header['text_model.embeddings.position_ids'] = extra));
    const { tensors } = await openCheckpoint(folder.dir);
    expect(tensors.has('text_model.embeddings.position_ids')).toBe(false);
  });

  it('names a tensor that is missing', async () => {
    await editHeader((header) => renameTensor(header, 'mit.position_embedding', 'mit.positions'));
    const message = /Tensor mit\.position_embedding: expected \[1, 4, 32\], found nothing/;
    await rejects(openCheckpoint(folder.dir), 'CHECKPOINT_TENSOR_MISSING', message);
  });

  it('names a tensor of another shape, with both shapes', async () => {
    await editHeader((header) => (header['text_projection.weight']!.shape = [24, 32]));
    const message = /Tensor text_projection\.weight: expected \[32, 24\], found \[24, 32\]/;
    await rejects(openCheckpoint(folder.dir), 'CHECKPOINT_TENSOR_SHAPE', message);
  });

  it('names a tensor of another type', async () => {
    await editHeader((header) => (header['logit_scale']!.dtype = 'I32'));
    const message = /Tensor logit_scale: expected F32, F16, BF16, found I32/;
    await rejects(openCheckpoint(folder.dir), 'CHECKPOINT_TENSOR_DTYPE', message);
  });

  it('refuses a file that was cut off', async () => {
    await truncate(weights(), 50_000);
    await rejects(
      openCheckpoint(folder.dir),
      'CHECKPOINT_TENSOR_RANGE',
      /model\.safetensors ends at byte 50000, but .* reaches to/,
    );
  });

  it.each(['config.json', 'preprocessor_config.json', 'model.safetensors'])('says that %s is missing', async (file) => {
    await rm(join(folder.dir, file));
    await rejects(openCheckpoint(folder.dir), 'CHECKPOINT_FILE_MISSING', new RegExp(file));
  });

  it('allocates nothing for the sizes of a config that the weights do not have', async () => {
    const big = { vocab_size: 4_000_000, hidden_size: 16_384, num_hidden_layers: 256, max_position_embeddings: 8192 };
    await writeFile(
      join(folder.dir, 'config.json'),
      JSON.stringify({ model_type: 'xclip', ...test.config, text_config: big }),
    );
    const before = process.memoryUsage().rss;
    const message =
      /Tensor text_model\.embeddings\.token_embedding\.weight: expected \[4000000, 16384\], found \[64, 24\]/;
    await rejects(openCheckpoint(folder.dir), 'CHECKPOINT_TENSOR_SHAPE', message);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 << 20);
  });
});
