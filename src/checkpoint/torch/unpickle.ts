/**
 * Reads a pickle as data. The opcodes are those that `torch.save` writes for weights (protocol 2 to 5); the names of Python are those of
 * `allowed-globals.ts`; nothing is imported, called or run, whatever the bytes say. (Opcodes: Lib/pickletools.py of CPython.)
 */
import { callGlobal, findGlobal, makeObject, readStorage } from './allowed-globals.js';
import { PickleMachine } from './pickle-machine.js';
import { PickleReader } from './pickle-reader.js';
import { emptyDict, isKind, PickleProblem, type PickleValue } from './pickle-values.js';

/** Weights with the state of their optimiser take some 50,000. */
const MAX_OPERATIONS = 500_000;
const STOP = 0x2e;
const PROTOCOLS = { lowest: 2, highest: 5 };

type Operation = (machine: PickleMachine, reader: PickleReader) => void;

const operations = new Map<number, Operation>([
  [0x80, (_, r) => checkProtocol(r.byte())], // PROTO
  [0x95, (_, r) => void r.take(8)], // FRAME: a hint about lengths, not needed
  [0x28, (m) => m.mark()], // MARK
  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x4b, (m, r) => m.push(r.byte())], // BININT1
  [0x4d, (m, r) => m.push(r.uint16())], // BININT2
  [0x4a, (m, r) => m.push(r.int32())], // BININT
  [0x8a, (m, r) => m.push(r.long())], // LONG1
  [0x47, (m, r) => m.push(r.double())], // BINFLOAT
  [0x8c, (m, r) => m.push(r.text(r.byte()))], // SHORT_BINUNICODE
  [0x58, (m, r) => m.push(r.text(r.uint32()))], // BINUNICODE
  [0x29, (m) => m.push({ kind: 'tuple', items: [] })], // EMPTY_TUPLE
  [0x85, (m) => m.pushTuple(1)], // TUPLE1
  [0x86, (m) => m.pushTuple(2)], // TUPLE2
  [0x87, (m) => m.pushTuple(3)], // TUPLE3
  [0x74, (m) => m.push({ kind: 'tuple', items: m.popToMark() })], // TUPLE
  [0x5d, (m) => m.push({ kind: 'list', items: [] })], // EMPTY_LIST
  [0x61, (m) => append(m, [m.pop()])], // APPEND
  [0x65, (m) => append(m, m.popToMark())], // APPENDS
  [0x7d, (m) => m.push(emptyDict())], // EMPTY_DICT
  [0x73, (m) => setItems(m, [m.pop(), m.pop()].reverse())], // SETITEM
  [0x75, (m) => setItems(m, m.popToMark())], // SETITEMS
  [0x71, (m, r) => m.remember(r.byte())], // BINPUT
  [0x72, (m, r) => m.remember(r.uint32())], // LONG_BINPUT
  [0x94, (m) => m.remember()], // MEMOIZE
  [0x68, (m, r) => m.recall(r.byte())], // BINGET
  [0x6a, (m, r) => m.recall(r.uint32())], // LONG_BINGET
  [0x63, (m, r) => m.push(findGlobal(r.line(), r.line()))], // GLOBAL
  [0x93, stackGlobal], // STACK_GLOBAL
  [0x52, reduce], // REDUCE
  [0x81, newObject], // NEWOBJ
  [0x62, build], // BUILD
  [0x51, (m) => m.push(readStorage(m.pop()))], // BINPERSID
]);

/** The value that the pickle describes. Throws `PickleProblem`. */
export function unpickle(bytes: Buffer): PickleValue {
  const reader = new PickleReader(bytes);
  const machine = new PickleMachine();
  for (let count = 0; count < MAX_OPERATIONS; count++) {
    const code = reader.byte();
    if (code === STOP) return machine.pop();
    const operation = operations.get(code);
    if (operation === undefined) {
      const name = `0x${code.toString(16).padStart(2, '0')}`;
      throw new PickleProblem(
        'refused',
        `uses the operation ${name}, which weights do not need, at byte ${reader.place}`,
      );
    }
    operation(machine, reader);
  }
  throw new PickleProblem('refused', `takes more than ${MAX_OPERATIONS} steps`);
}

function checkProtocol(protocol: number): void {
  if (protocol >= PROTOCOLS.lowest && protocol <= PROTOCOLS.highest) return;
  throw new PickleProblem('refused', `is written in protocol ${protocol}`);
}

function append(machine: PickleMachine, values: readonly PickleValue[]): void {
  const list = machine.top();
  if (!isKind(list, 'list')) throw new PickleProblem('refused', 'appends to something that is no list');
  for (const value of values) list.items.push(value);
}

function setItems(machine: PickleMachine, flat: readonly PickleValue[]): void {
  const { items } = machine.dict();
  if (flat.length % 2 !== 0) throw new PickleProblem('damaged', 'sets a key without a value');
  for (let index = 0; index < flat.length; index += 2) items.set(key(flat[index]), flat[index + 1] ?? null);
}

function key(value: PickleValue | undefined): string | number {
  if (typeof value === 'string' || typeof value === 'number') return value;
  throw new PickleProblem('refused', 'uses a key that is neither a text nor a number');
}

function stackGlobal(machine: PickleMachine): void {
  const [name, module] = [machine.pop(), machine.pop()];
  if (typeof name !== 'string' || typeof module !== 'string') {
    throw new PickleProblem('refused', 'asks for a Python name that is no text');
  }
  machine.push(findGlobal(module, name));
}

function reduce(machine: PickleMachine): void {
  const args = machine.popArguments();
  const called = machine.pop();
  if (!isKind(called, 'global')) throw new PickleProblem('refused', 'calls something that is no Python name');
  machine.push(callGlobal(called, args));
}

function newObject(machine: PickleMachine): void {
  const args = machine.popArguments();
  const type = machine.pop();
  if (!isKind(type, 'global')) throw new PickleProblem('refused', 'makes an object of something that is no class');
  machine.push(makeObject(type, args));
}

/** Attributes of a dictionary (`_metadata` of a state_dict, the flags of settings) hold no weights and are left out. */
function build(machine: PickleMachine): void {
  machine.pop();
  machine.dict();
}
