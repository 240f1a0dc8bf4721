/** Files that PyTorch wrote are read as it meant them; those that no PyTorch wrote are refused, and nothing in them is run. */
import { existsSync, readFileSync } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { StoredTensor } from '../../../src/checkpoint/stored-tensor.js';
import { readTorchFile } from '../../../src/checkpoint/torch/torch-file.js';
import { rejects } from '../support/rejects.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';
import { archive, dict, global, join, pickle, tensor, text, torchArchive, whole } from '../support/torch-archive.js';

const path = useTemporaryFolder();
const golden = (name: string): string =>
  fileURLToPath(new URL(`../../reference/golden/torch/${name}`, import.meta.url));
const sixteen = [Buffer.alloc(16)];

async function read(bytes: Buffer): Promise<ReadonlyMap<string, StoredTensor>> {
  await writeFile(path('x.bin'), bytes);
  return readTorchFile(path('x.bin'));
}
const readPickle = (...parts: readonly (string | Buffer)[]): Promise<ReadonlyMap<string, StoredTensor>> =>
  read(torchArchive(pickle(...parts), sixteen));

const floats = ({ file, offset, length }: StoredTensor): number[] => {
  const bytes = Uint8Array.from(readFileSync(file).subarray(offset, offset + length));
  return [...new Float32Array(bytes.buffer)];
};

describe('a file of torch.save', () => {
  it('gives type, shape and place of each tensor, views of one storage too', async () => {
    const tensors = await readTorchFile(golden('views.pth'));
    const kinds = [...tensors].map(([name, { dtype, shape, transposed }]) => [name, dtype, shape, transposed === true]);
    expect(kinds).toEqual([
      ['whole', 'F32', [4, 6], false],
      ['rows', 'F32', [2, 6], false],
      ['turned', 'F32', [6, 4], true],
      ['parameter', 'BF16', [2, 2], false],
      ['half', 'F16', [3], false],
      ['integers', 'I64', [3], false],
      ['scalar', 'F32', [], false],
      ['empty', 'F32', [0], false],
      ['channels_last', 'F32', [2, 3, 1, 1], false],
    ]);
    const numbers = Array.from({ length: 24 }, (_, index) => index);
    expect(floats(tensors.get('whole')!)).toEqual(numbers);
    expect(floats(tensors.get('rows')!)).toEqual(numbers.slice(6, 18));
    expect(floats(tensors.get('turned')!)).toEqual(numbers);
    expect(floats(tensors.get('scalar')!)).toEqual([1.5]);
    expect(tensors.get('parameter')!.length).toBe(8);
  });

  it('may be written in protocol 5, with names on the stack', async () => {
    expect(floats((await readTorchFile(golden('protocol-5.pth'))).get('whole')!)).toHaveLength(24);
  });

  it('of a tensor whose numbers do not follow one another is refused, with its strides', () =>
    rejects(
      readTorchFile(golden('columns.pth')),
      'CHECKPOINT_TENSOR_RANGE',
      /columns\.pth holds columns \[4, 2\] with strides \[6, 1\], not in one piece/,
    ));

  it('of a PyTorch before 1.6 is refused with what to do', async () => {
    await rejects(readTorchFile(golden('legacy.pth')), 'CHECKPOINT_ARCHIVE_INVALID', /format of PyTorch before 1\.6/);
    await expect(readTorchFile(golden('legacy.pth'))).rejects.toMatchObject({
      hint: expect.stringMatching(/save it again/) as string,
    });
  });

  it('is refused wherever it was cut off', { timeout: 120_000 }, async () => {
    const whole = readFileSync(golden('views.pth'));
    for (let length = 0; length < whole.length; length += 67) {
      await writeFile(path('cut.pth'), whole);
      await truncate(path('cut.pth'), length);
      await rejects(readTorchFile(path('cut.pth')), 'CHECKPOINT_ARCHIVE_INVALID', /^cut\.pth /);
    }
  });

  it(
    'ends in an error of ours or in tensors inside the file, whatever byte is changed',
    { timeout: 120_000 },
    async () => {
      const whole = readFileSync(golden('views.pth'));
      for (let place = 0; place < whole.length; place += 17) {
        const damaged = Buffer.from(whole);
        damaged[place] = damaged[place]! ^ (1 << (place % 8));
        const tensors = await read(damaged).catch((error: unknown) => {
          expect(error).toMatchObject({ code: expect.stringMatching(/^CHECKPOINT_/) as string });
          return new Map<string, StoredTensor>();
        });
        for (const { offset, length } of tensors.values()) expect(offset + length).toBeLessThanOrEqual(whole.length);
      }
    },
  );
});

describe('a pickle that wants to run something', () => {
  const marker = (): string => path('was-run');
  const attacks: [string, (command: string) => (string | Buffer)[]][] = [
    ['os.system by REDUCE', (command) => [global('posix', 'system'), '(', text(command), 'tR']],
    ['os.system by STACK_GLOBAL', (command) => [text('os'), text('system'), '\x93(', text(command), 'tR']],
    ['eval', (command) => [global('builtins', 'eval'), '(', text(command), 'tR']],
    ['exec under the old name', (command) => [global('__builtin__', 'exec'), '(', text(command), 'tR']],
    ['subprocess.Popen by INST', (command) => ['(', text(command), 'isubprocess\nPopen\n']],
    ['subprocess.Popen by OBJ', (command) => ['(', global('subprocess', 'Popen'), text(command), 'o']],
    ['subprocess.Popen by NEWOBJ', (command) => [global('subprocess', 'Popen'), '(', text(command), 't\x81']],
    ['NEWOBJ_EX', (command) => [global('collections', 'OrderedDict'), '(', text(command), 't}\x92']],
    ['a name inside an allowed module', (command) => [global('torch._utils', 'os.system'), '(', text(command), 'tR']],
    [
      'a module inside an allowed one',
      (command) => [text('torch._utils.os'), text('system'), '\x93(', text(command), 'tR'],
    ],
    ['an allowed name with a line behind it', () => [global('collections', 'OrderedDict\ros')]],
    ['torch.load itself', (command) => [global('torch.serialization', 'load'), '(', text(command), 'tR']],
    [
      'a name that is built at run time',
      () => [global('builtins', 'getattr'), '(', global('os', 'x'), text('system'), 'tR'],
    ],
    ['a set made of calls', () => [global('builtins', 'set'), '(', global('os', 'system'), 'tR']],
    ['an extension registry', () => ['\x82\x01']],
    ['a persistent id of the old kind', () => ['Pid\n']],
    [
      'attributes of a class',
      (command) => [global('torch', 'FloatStorage'), dict({ __setstate__: text(command) }), 'b'],
    ],
    ['a call of a storage class', (command) => [global('torch', 'FloatStorage'), '(', text(command), 'tR']],
    ['a call of a value', (command) => [text('os'), '(', text(command), 'tR']],
    ['a dictionary made from calls', (command) => [global('collections', 'OrderedDict'), '(', text(command), 'tR']],
    [
      'a hook hidden in a parameter',
      () => [global('torch._utils', '_rebuild_parameter'), '(', global('os', 'system'), 'tR'],
    ],
  ];

  it.each(attacks)('through %s is refused', async (_, attack) => {
    const bytes = pickle(...attack(`touch ${marker()}`));
    await rejects(read(torchArchive(bytes)), 'CHECKPOINT_PICKLE_REFUSED', /^x\.bin: its pickle /);
    // Deep inside the weights it is no better.
    const nested = pickle(dict({ model: dict({ weight: join(bytes.subarray(2, -1)) }) }));
    await rejects(read(torchArchive(nested)), 'CHECKPOINT_PICKLE_REFUSED', /^x\.bin: its pickle /);
    expect(existsSync(marker())).toBe(false);
  });

  it('is named, as one plain line', () =>
    rejects(
      readPickle(global('posix\u001b[31m', 'system')),
      'CHECKPOINT_PICKLE_REFUSED',
      /asks for the Python name posix\ufffd\[31m\.system\.$/,
    ));
});

describe('a pickle that wants too much', () => {
  const put = (index: number): Buffer => {
    const bytes = Buffer.alloc(5);
    bytes[0] = 0x72;
    bytes.writeUInt32LE(index, 1);
    return bytes;
  };
  it.each<[string, () => (string | Buffer)[], RegExp]>([
    ['more steps than any', () => [']', 'Na'.repeat(300_000)], /takes more than 500000 steps/],
    ['a stack without end', () => ['N'.repeat(100_001)], /stacks more than 100000 values/],
    ['nesting without end', () => ['('.repeat(100_001)], /nests deeper than 100000/],
    [
      'a memo without end',
      () => ['N', Buffer.concat(Array.from({ length: 200_001 }, (_, index) => put(index * 20_000)))],
      /remembers more than 200000/,
    ],
    ['a text longer than its limit', () => [text('', 1 << 17)], /holds a text of 131072 bytes/],
    ['a number of 255 bytes', () => [`\x8a\xff${'\x00'.repeat(255)}`], /whole number of 255 bytes/],
    ['a number beyond all sizes', () => [whole(1n << 60n)], /holds the number 1152921504606846976/],
    ['protocol 0', () => ['\x80\x00'], /protocol 0/],
    [
      'a tensor of seventeen axes',
      () => [dict({ a: tensor({ shape: Array<bigint>(17).fill(1n) }) })],
      /a tensor in a way/,
    ],
    ['a negative size', () => [dict({ a: tensor({ shape: [-2n, -2n] }) })], /describes a tensor in a way/],
    ['fewer strides than sizes', () => [dict({ a: tensor({ strides: [1n] }) })], /describes a tensor in a way/],
    [
      'a storage of another folder',
      () => [dict({ a: tensor({ key: '../../../etc/passwd' }) })],
      /describes a storage in a way/,
    ],
    ['a storage of an unknown type', () => [dict({ a: tensor({ type: 'QInt8Storage' }) })], /torch\.QInt8Storage/],
    ['a key that is a list', () => [']N}', ']Ns'], /a key that is neither/],
  ])('by %s is refused', (_, parts, message) => rejects(readPickle(...parts()), 'CHECKPOINT_PICKLE_REFUSED', message));

  it('is refused before it is read when it is too long', async () => {
    const long = torchArchive(Buffer.alloc((4 << 20) + 1, 'N'));
    await rejects(read(long), 'CHECKPOINT_ARCHIVE_INVALID', /data\.pkl of 4194305 bytes; at most 4194304/);
  });

  it('costs no memory for a value that holds itself twice, sixty times over', async () => {
    const doubling = 'h\x00h\x00\x86q\x00'.repeat(60);
    const before = process.memoryUsage().rss;
    const found = await readPickle('Nq\x00', doubling, dict({ a: tensor() }));
    expect([...found.keys()]).toEqual(['a']);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 << 20);
  });

  it.each<[string, (string | Buffer)[]]>([
    ['takes values that are not there', ['\x85']],
    ['takes a mark that is not there', ['u']],
    ['takes values from below a mark', ['N(\x85']],
    ['recalls what it never remembered', ['h\x07']],
    ['sets a key without a value', ['}(', text('a'), 'u']],
    ['ends inside a text', [text('abc', 1000)]],
    ['ends inside a name', ['cposix']],
  ])('or that %s is called damaged', (_, parts) =>
    rejects(readPickle(...parts), 'CHECKPOINT_ARCHIVE_INVALID', /^x\.bin: its pickle /),
  );
});

describe('a tensor of a PyTorch file', () => {
  it('is found where the archive has its storage', async () => {
    const found = await readPickle(dict({ epoch: 'K\x03', model: dict({ a: tensor({ offset: 0n }), n: 'N' }) }));
    expect([...found.keys()]).toEqual(['a']);
    expect(found.get('a')).toMatchObject({ dtype: 'F32', shape: [2, 2], length: 16 });
  });

  it.each<[string, Parameters<typeof tensor>[0], RegExp]>([
    ['in a storage that is not there', { key: '7' }, /names storage 7 for a, which it does not hold/],
    ['in a storage of another size', { count: 5n }, /claims 5 numbers of F32 for a; its storage has 16 bytes/],
    ['in a storage of absurd size', { count: 1n << 50n }, /claims 1125899906842624 numbers/],
    ['beyond its storage', { offset: 1n }, /lets a \[2, 2\] reach beyond its storage of 16 bytes/],
    ['of astronomic size', { shape: [1n << 50n, 1n << 50n] }, /reach beyond its storage/],
    ['with strides that repeat numbers', { strides: [0n, 0n] }, /with strides \[0, 0\], not in one piece/],
    ['with strides that leap', { shape: [2n], strides: [3n] }, /with strides \[3\], not in one piece/],
  ])('%s is refused', (_, wrong, message) =>
    rejects(readPickle(dict({ a: tensor(wrong) })), 'CHECKPOINT_TENSOR_RANGE', message),
  );

  it('needs a dictionary around it', () =>
    rejects(readPickle(tensor()), 'CHECKPOINT_ARCHIVE_INVALID', /holds no dictionary of tensors/));

  it('is not taken from a TorchScript program or a file of the other byte order', async () => {
    const named = (name: string, content: string): Promise<unknown> =>
      read(
        archive([
          { name: 'x/data.pkl', data: pickle('}') },
          { name, data: Buffer.from(content) },
        ]),
      );
    await rejects(named('x/constants.pkl', ''), 'CHECKPOINT_ARCHIVE_INVALID', /is a TorchScript program/);
    await rejects(named('x/byteorder', 'big'), 'CHECKPOINT_ARCHIVE_INVALID', /byte order "big"/);
    await rejects(named('y/data.pkl', ''), 'CHECKPOINT_ARCHIVE_INVALID', /holds 2 data\.pkl/);
  });
});
