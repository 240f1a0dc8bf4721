/** Writes zip archives and pickles by hand, also such as no program would write. */

export interface ArchiveEntry {
  readonly name: string;
  readonly data: Buffer;
  readonly method?: number;
  readonly flags?: number;
  /** What the table of contents claims instead of the truth. */
  readonly claims?: {
    readonly length?: number;
    readonly stored?: number;
    readonly offset?: number;
    readonly name?: string;
  };
}

/** What the last record claims instead of the truth. */
export interface ArchiveClaims {
  readonly count?: number;
  readonly bytes?: number;
  readonly start?: number;
  readonly disk?: number;
  readonly comment?: number;
}

/** A zip archive of stored entries. */
export function archive(entries: readonly ArchiveEntry[], claims: ArchiveClaims = {}): Buffer {
  const parts: Buffer[] = [];
  const table: Buffer[] = [];
  let place = 0;
  for (const entry of entries) {
    const local = localHeader(entry);
    table.push(tableRecord(entry, place));
    parts.push(local, entry.data);
    place += local.length + entry.data.length;
  }
  const contents = Buffer.concat(table);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(claims.disk ?? 0, 4);
  end.writeUInt16LE(claims.count ?? entries.length, 10);
  end.writeUInt32LE(claims.bytes ?? contents.length, 12);
  end.writeUInt32LE(claims.start ?? place, 16);
  end.writeUInt16LE(claims.comment ?? 0, 20);
  return Buffer.concat([...parts, contents, end]);
}

/** The same with the 64-bit records behind the table, as `torch.save` writes them; `count`, `bytes` and `start` go there. */
export function archive64(
  entries: readonly ArchiveEntry[],
  { count, bytes, start }: Record<string, bigint> = {},
): Buffer {
  const plain = archive(entries);
  const end = plain.subarray(-22);
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(count ?? BigInt(entries.length), 32);
  record.writeBigUInt64LE(bytes ?? BigInt(end.readUInt32LE(12)), 40);
  record.writeBigUInt64LE(start ?? BigInt(end.readUInt32LE(16)), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(plain.length - 22), 8);
  const last = Buffer.from(end);
  last.writeUInt32LE(0xffffffff, 16);
  return Buffer.concat([plain.subarray(0, -22), record, locator, last]);
}

function localHeader({ name }: ArchiveEntry): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(Buffer.byteLength(name), 26);
  return Buffer.concat([header, Buffer.from(name)]);
}

function tableRecord({ name, data, method = 0, flags = 0, claims = {} }: ArchiveEntry, place: number): Buffer {
  const record = Buffer.alloc(46);
  const shown = claims.name ?? name;
  record.writeUInt32LE(0x02014b50, 0);
  record.writeUInt16LE(flags, 8);
  record.writeUInt16LE(method, 10);
  record.writeUInt32LE(claims.stored ?? claims.length ?? data.length, 20);
  record.writeUInt32LE(claims.length ?? data.length, 24);
  record.writeUInt16LE(Buffer.byteLength(shown), 28);
  record.writeUInt32LE(claims.offset ?? place, 42);
  return Buffer.concat([record, Buffer.from(shown)]);
}

/** An archive as `torch.save` names its parts: the pickle and one storage after the other. */
export function torchArchive(pickle: Buffer, storages: readonly Buffer[] = []): Buffer {
  const data = storages.map((storage, key) => ({ name: `x/data/${key}`, data: storage }));
  return archive([{ name: 'x/data.pkl', data: pickle }, ...data]);
}

type Part = string | Buffer;

/** A pickle of protocol 2: its operations one after the other (as Latin-1 text or bytes), and STOP. */
export const pickle = (...parts: readonly Part[]): Buffer => join('\x80\x02', ...parts, '.');

export const join = (...parts: readonly Part[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));

/** BINUNICODE. */
export function text(value: string, claimed = Buffer.byteLength(value)): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(claimed);
  return join('X', length, Buffer.from(value));
}

/** LONG1 of eight bytes: any whole number. */
export function whole(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return join('\x8a\x08', bytes);
}

/** GLOBAL. */
export const global = (module: string, name: string): string => `c${module}\n${name}\n`;

export interface TensorText {
  readonly key?: string;
  readonly type?: string;
  readonly count?: bigint;
  readonly offset?: bigint;
  readonly shape?: readonly bigint[];
  readonly strides?: readonly bigint[];
}

/** `_rebuild_tensor_v2` of a storage, as `torch.save` writes it. */
export function tensor({
  key = '0',
  type = 'FloatStorage',
  count = 4n,
  offset = 0n,
  shape = [2n, 2n],
  strides = [2n, 1n],
}: TensorText = {}): Buffer {
  const tuple = (values: readonly bigint[]): Buffer => join('(', ...values.map(whole), 't');
  const storage = join('(', text('storage'), global('torch', type), text(key), text('cpu'), whole(count), 'tQ');
  const hooks = join(global('collections', 'OrderedDict'), ')R');
  const args = join('(', storage, whole(offset), tuple(shape), tuple(strides), '\x89', hooks, 't');
  return join(global('torch._utils', '_rebuild_tensor_v2'), args, 'R');
}

/** A dictionary of these values by name. */
export const dict = (values: Readonly<Record<string, Part>>): Buffer =>
  join('}(', ...Object.entries(values).flatMap(([name, value]) => [text(name), value]), 'u');
