/**
 * The names of Python that a file of weights may mention, and the plain data that "calling" one gives. The list is closed and compared
 * as a whole ("module name"), so no name can lead to another; nothing is looked up anywhere.
 */
import { printable } from '../printable.js';
import {
  emptyDict,
  isKind,
  PickleProblem,
  type GlobalValue,
  type PickleValue,
  type StorageValue,
  type TensorValue,
} from './pickle-values.js';

type Arguments = readonly PickleValue[];

/** The storage classes of torch by the element type of safetensors. */
const storageTypes = new Map(
  Object.entries({
    FloatStorage: 'F32',
    HalfStorage: 'F16',
    BFloat16Storage: 'BF16',
    DoubleStorage: 'F64',
    LongStorage: 'I64',
    IntStorage: 'I32',
    ShortStorage: 'I16',
    CharStorage: 'I8',
    ByteStorage: 'U8',
    BoolStorage: 'BOOL',
  }).map(([name, dtype]): [string, string] => [`torch ${name}`, dtype]),
);

/** What REDUCE may call. */
const functions = new Map<string, (args: Arguments) => PickleValue>([
  ['collections OrderedDict', (args) => (args.length === 0 ? emptyDict() : wrongArguments('OrderedDict'))],
  ['torch._utils _rebuild_tensor_v2', rebuildTensor],
  [
    'torch._utils _rebuild_parameter',
    ([tensor]) => (isKind(tensor, 'tensor') ? tensor : wrongArguments('a parameter')),
  ],
]);

/** The flags of such settings hold sets; the module has one name in protocol 2 and another after it. */
for (const module of ['__builtin__', 'builtins']) {
  functions.set(`${module} set`, ([list, ...more]) =>
    isKind(list, 'list') && more.length === 0 ? list : wrongArguments('a set'),
  );
}

/** What NEWOBJ may make: the settings that VideoX's training saves beside the weights, a dictionary of plain values. */
const classes = new Map<string, () => PickleValue>([['yacs.config CfgNode', emptyDict]]);

export function findGlobal(module: string, name: string): GlobalValue {
  const full = `${module} ${name}`;
  if (storageTypes.has(full) || functions.has(full) || classes.has(full)) return { kind: 'global', name: full };
  throw new PickleProblem('refused', `asks for the Python name ${printable(`${module}.${name}`, 120)}`);
}

export function callGlobal({ name }: GlobalValue, args: Arguments): PickleValue {
  const call = functions.get(name);
  if (call === undefined) throw new PickleProblem('refused', `calls ${name}, which is no function`);
  return call(args);
}

export function makeObject({ name }: GlobalValue, args: Arguments): PickleValue {
  const make = classes.get(name);
  if (make === undefined || args.length > 0) throw new PickleProblem('refused', `makes an object of ${name}`);
  return make();
}

/** The persistent id of `torch.save`: ('storage', class, key, device, elements). */
export function readStorage(id: PickleValue): StorageValue {
  const parts = isKind(id, 'tuple') ? id.items : [];
  const [tag, type, key, device, count] = parts;
  const dtype = isKind(type, 'global') ? storageTypes.get(type.name) : undefined;
  const plain = tag === 'storage' && typeof device === 'string' && parts.length === 5;
  // A key is a plain number, so that it cannot name an entry anywhere else.
  if (!plain || dtype === undefined || typeof key !== 'string' || !/^\d{1,9}$/.test(key) || !isCount(count)) {
    return wrongArguments('a storage');
  }
  return { kind: 'storage', dtype, key, count };
}

/** `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks, metadata?)`. */
function rebuildTensor([storage, offset, size, stride]: Arguments): TensorValue {
  const [shape, strides] = [counts(size), counts(stride)];
  if (!isKind(storage, 'storage') || !isCount(offset) || shape === undefined || strides?.length !== shape.length) {
    return wrongArguments('a tensor');
  }
  return { kind: 'tensor', storage, offset, shape, strides };
}

function counts(value: PickleValue | undefined): readonly number[] | undefined {
  if (!isKind(value, 'tuple') || value.items.length > 16) return undefined;
  return value.items.every(isCount) ? value.items : undefined;
}

const isCount = (value: PickleValue | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

function wrongArguments(what: string): never {
  throw new PickleProblem('refused', `describes ${what} in a way that torch.save does not`);
}
