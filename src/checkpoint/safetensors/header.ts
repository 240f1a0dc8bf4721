/**
 * Reads the header of a safetensors file (https://github.com/huggingface/safetensors#format): 8 bytes little-endian
 * length, that many bytes of JSON, then the tensors. Everything in it is checked before anything is believed.
 */
import { basename } from 'node:path';
import { z } from 'zod';
import type { ErrorCode } from '../../core/error-catalogue.js';
import { ActionwireError } from '../../core/errors.js';
import { printable } from '../printable.js';
import { fileSize, parseJson, readBytes, validate } from '../read-file.js';
import { elementBytes, type StoredTensor } from '../stored-tensor.js';
import { checkJsonStructure } from './json-structure.js';

/** A header of 100,000 tensors fits; the format itself allows 100 MB. */
const MAX_HEADER_BYTES = 16 << 20;
const LENGTH_BYTES = 8;

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const headerSchema = z.record(
  z.string(),
  z.object({ dtype: z.string(), shape: z.array(count).max(16), data_offsets: z.tuple([count, count]) }),
);

/** The tensors of one file by name. Throws `CHECKPOINT_HEADER_INVALID`, `CHECKPOINT_TENSOR_RANGE` or `..._DTYPE`. */
export async function readHeader(path: string): Promise<ReadonlyMap<string, StoredTensor>> {
  const bytes = await fileSize(path);
  const headerLength = await readHeaderLength(path, bytes);
  const text = (await readBytes(path, LENGTH_BYTES, headerLength)).toString('utf8');
  const tensors = parseHeader(text, path, LENGTH_BYTES + headerLength, bytes);
  checkCoverage(tensors, LENGTH_BYTES + headerLength, bytes, path);
  return tensors;
}

async function readHeaderLength(path: string, fileBytes: number): Promise<number> {
  if (fileBytes < LENGTH_BYTES + 2)
    fail('CHECKPOINT_HEADER_INVALID', path, `has ${fileBytes} bytes, too few for a header`);
  const announced = (await readBytes(path, 0, LENGTH_BYTES)).readBigUInt64LE();
  if (announced < 2n || announced > BigInt(fileBytes - LENGTH_BYTES)) {
    fail(
      'CHECKPOINT_HEADER_INVALID',
      path,
      `announces a header of ${String(announced)} bytes in a file of ${fileBytes}`,
    );
  }
  if (announced > BigInt(MAX_HEADER_BYTES)) {
    const limit = `at most ${MAX_HEADER_BYTES} are accepted`;
    fail('CHECKPOINT_HEADER_INVALID', path, `announces a header of ${String(announced)} bytes; ${limit}`);
  }
  return Number(announced);
}

function parseHeader(text: string, path: string, start: number, end: number): Map<string, StoredTensor> {
  const problem = checkJsonStructure(text);
  if (problem !== undefined) fail('CHECKPOINT_HEADER_INVALID', path, `has a header with ${problem}`);
  const json = parseJson(text, path, 'CHECKPOINT_HEADER_INVALID');
  const entries = { ...validate(z.looseObject({}), json, basename(path), 'CHECKPOINT_HEADER_INVALID') };
  delete entries['__metadata__'];
  const header = validate(headerSchema, entries, basename(path), 'CHECKPOINT_HEADER_INVALID');
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header)) {
    const tensor = { file: path, dtype, shape, offset: start + offsets[0], length: offsets[1] - offsets[0] };
    checkRange(name, tensor, end);
    tensors.set(name, tensor);
  }
  return tensors;
}

function checkRange(fullName: string, { file, dtype, shape, offset, length }: StoredTensor, end: number): void {
  const name = printable(fullName);
  const element = elementBytes.get(dtype);
  if (element === undefined) {
    return fail('CHECKPOINT_TENSOR_DTYPE', file, `holds ${name} as ${printable(dtype, 20)}, an unknown element type`);
  }
  const expected = shape.reduce((product, size) => product * size, element);
  if (length !== expected) {
    fail(
      'CHECKPOINT_TENSOR_RANGE',
      file,
      `gives ${name} ${length} bytes; ${dtype} [${shape.join(', ')}] takes ${expected}`,
    );
  }
  if (offset + length > end) {
    fail('CHECKPOINT_TENSOR_RANGE', file, `ends at byte ${end}, but ${name} reaches to ${offset + length}`);
  }
}

/** The format wants the tensors to fill the file without holes or overlaps. */
function checkCoverage(tensors: Map<string, StoredTensor>, start: number, end: number, path: string): void {
  let reached = start;
  let previous = 'the header';
  for (const [name, { offset, length }] of [...tensors].sort(
    ([, a], [, b]) => a.offset - b.offset || a.length - b.length,
  )) {
    if (offset !== reached) {
      const [own, other] = [printable(name), printable(previous)];
      const relation = offset < reached ? 'overlaps' : 'leaves a hole behind';
      fail(
        'CHECKPOINT_TENSOR_RANGE',
        path,
        `: ${own} starts at byte ${offset} and ${relation} ${other}, which ends at ${reached}`,
      );
    }
    reached = offset + length;
    previous = name;
  }
  if (reached !== end) fail('CHECKPOINT_TENSOR_RANGE', path, `has ${end} bytes, but its tensors end at ${reached}`);
}

function fail(code: ErrorCode, path: string, problem: string): never {
  throw new ActionwireError(code, `${basename(path)} ${problem}.`);
}
