/** The tensors of a file that `torch.save` wrote (pytorch_model.bin, .pth, .pt): a zip archive of one pickle and the storages it names. */
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { ActionwireError } from '../../core/errors.js';
import { fileSize } from '../read-file.js';
import type { StoredTensor } from '../stored-tensor.js';
import { invalid, readRange } from './archive-bytes.js';
import { isKind, PickleProblem, type DictValue, type PickleValue } from './pickle-values.js';
import { placeTensor } from './tensor-place.js';
import { unpickle } from './unpickle.js';
import { readZip, type ZipEntry } from './zip.js';

/** The pickle of a large checkpoint with its optimiser has less than half a megabyte. */
const MAX_PICKLE_BYTES = 4 << 20;
const ZIP_START = 0x04034b50;
/** Where training programs put the weights among other things; else they are the outermost dictionary itself. */
const WRAPPERS = ['model', 'state_dict'];
const LEGACY_HINT = 'Load it with PyTorch 1.6 or later and save it again with torch.save, or take model.safetensors.';

/**
 * The tensors of one file by name. Nothing of the pickle is executed and no weight is read. Throws `CHECKPOINT_FILE_MISSING`,
 * `CHECKPOINT_ARCHIVE_INVALID`, `CHECKPOINT_PICKLE_REFUSED` or `CHECKPOINT_TENSOR_RANGE`.
 */
export async function readTorchFile(path: string): Promise<ReadonlyMap<string, StoredTensor>> {
  const size = await fileSize(path);
  const file = await open(path).catch((cause: unknown) => {
    throw new ActionwireError('CHECKPOINT_FILE_MISSING', `${path} cannot be opened.`, { cause });
  });
  try {
    await checkStart(file, size, path);
    const entries = await readZip(file, path);
    const folder = findFolder(entries, path);
    const weights = findWeights(await readPickle(file, entries, folder, path), path);
    return placeAll(weights, entries, folder, path);
  } finally {
    await file.close();
  }
}

async function checkStart(file: FileHandle, size: number, path: string): Promise<void> {
  const start = await readRange(file, 0, Math.min(4, size), size, path);
  if (start.length === 4 && start.readUInt32LE() === ZIP_START) return;
  // Before 1.6 torch.save wrote bare pickles, before 0.1.10 tar archives.
  if (start[0] === 0x80) invalid(path, 'is in the format of PyTorch before 1.6, which is not read', LEGACY_HINT);
  invalid(path, 'does not begin like a zip archive of torch.save');
}

/** All entries lie in one folder, whose name says nothing. */
function findFolder(entries: ReadonlyMap<string, ZipEntry>, path: string): string {
  const pickles = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  const [pickle] = pickles;
  if (pickle === undefined || pickles.length > 1)
    return invalid(path, `holds ${pickles.length} data.pkl; expected one`);
  const folder = pickle.slice(0, -'data.pkl'.length);
  if (entries.has(`${folder}constants.pkl`)) invalid(path, 'is a TorchScript program, not a file of weights');
  return folder;
}

async function readPickle(
  file: FileHandle,
  entries: ReadonlyMap<string, ZipEntry>,
  folder: string,
  path: string,
): Promise<PickleValue> {
  const read = async (name: string, limit: number): Promise<Buffer | undefined> => {
    const entry = entries.get(folder + name);
    if (entry === undefined) return undefined;
    const { offset, length } = entry;
    if (length > limit) invalid(path, `has a ${name} of ${length} bytes; at most ${limit} are accepted`);
    return readRange(file, offset, length, offset + length, path);
  };
  const byteOrder = (await read('byteorder', 16))?.toString('latin1') ?? 'little';
  if (byteOrder !== 'little') invalid(path, `holds numbers in the byte order "${byteOrder}"; expected little`);
  const pickle = await read('data.pkl', MAX_PICKLE_BYTES);
  return asData(pickle ?? Buffer.alloc(0), path);
}

function asData(pickle: Buffer, path: string): PickleValue {
  try {
    return unpickle(pickle);
  } catch (cause) {
    if (!(cause instanceof PickleProblem)) throw cause;
    const code = cause.reason === 'refused' ? 'CHECKPOINT_PICKLE_REFUSED' : 'CHECKPOINT_ARCHIVE_INVALID';
    throw new ActionwireError(code, `${basename(path)}: its pickle ${cause.message}.`);
  }
}

function findWeights(value: PickleValue, path: string): DictValue {
  if (!isKind(value, 'dict')) return invalid(path, 'holds no dictionary of tensors');
  for (const wrapper of WRAPPERS) {
    const inner = value.items.get(wrapper);
    if (isKind(inner, 'dict')) return inner;
  }
  return value;
}

/** Values that are no tensors (numbers, settings) are left alone. */
function placeAll(
  { items }: DictValue,
  entries: ReadonlyMap<string, ZipEntry>,
  folder: string,
  path: string,
): ReadonlyMap<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, value] of items) {
    if (!isKind(value, 'tensor') || typeof name !== 'string') continue;
    tensors.set(name, placeTensor(name, value, entries.get(`${folder}data/${value.storage.key}`), path));
  }
  return tensors;
}
