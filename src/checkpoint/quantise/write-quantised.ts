/** Writes the int8 weights of a checkpoint beside its graphs, one layer in memory at a time. */
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { ActionwireError } from '../../core/errors.js';
import { fileSha256 } from '../../core/file-sha256.js';
import { replaceAtomically, writeAtomically } from '../../core/write-atomically.js';
import type { Checkpoint } from '../open-checkpoint.js';
import { reducedLayers, type LinearLayer } from '../reduced-products.js';
import { weightsIdentity } from '../weights-identity.js';
import { quantisedFile, quantisedLayout, type QuantisedPlace } from './layout.js';
import { quantiseColumns } from './quantise-columns.js';
import { readMatrix } from './read-matrix.js';

/**
 * Makes `<folder>/vision-int8.bin` hold what `quantisedLayout` says, unless it does: beside it lies what it was made of and its SHA-256, which is
 * compared each time. The same weights give the same bytes. Aborting `signal` ends it between two layers and leaves nothing.
 */
export async function writeQuantised(checkpoint: Checkpoint, folder: string, signal?: AbortSignal): Promise<void> {
  const path = join(folder, quantisedFile);
  const record = `${path}.made-of`;
  const source = await weightsIdentity(checkpoint.tensors);
  const recorded = await readFile(record, 'utf8').catch(() => '');
  if (recorded !== '' && recorded === `${source} ${await fileSha256(path).catch(() => 'unreadable')}`) return;
  await replaceAtomically(path, (temporary) => quantiseInto(temporary, checkpoint, signal));
  await writeAtomically(record, `${source} ${await fileSha256(path)}`);
}

async function quantiseInto(path: string, checkpoint: Checkpoint, signal: AbortSignal | undefined): Promise<void> {
  const layers = reducedLayers(checkpoint.config);
  const layout = quantisedLayout(layers);
  const file = await open(path, 'wx');
  try {
    for (const layer of layers) {
      signal?.throwIfAborted();
      const place = layout.get(layer.prefix);
      if (place === undefined) throw new ActionwireError('INTERNAL', `${layer.prefix} has no place`);
      await quantiseLayer(file, checkpoint, layer, place);
    }
  } finally {
    await file.close();
  }
}

async function quantiseLayer(
  file: FileHandle,
  { tensors }: Checkpoint,
  { prefix, inputs, outputs }: LinearLayer,
  place: QuantisedPlace,
): Promise<void> {
  const name = `${prefix}.weight`;
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new ActionwireError('INTERNAL', `no tensor ${name} to quantise`);
  const matrix = await readMatrix(tensor, name);
  const { weights, scales } = quantiseColumns(matrix, { inputs, outputs, transposed: tensor.transposed === true });
  await writeFully(file, new Uint8Array(weights.buffer), place.weights.offset);
  await writeFully(file, new Uint8Array(scales.buffer), place.scales.offset);
}

async function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
