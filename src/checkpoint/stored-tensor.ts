/** Where the bytes of a tensor lie, whatever the format of the file around them. */
export interface StoredTensor {
  /** Absolute path of the file. */
  readonly file: string;
  /** F32, F16, BF16, I64 ...: the names of safetensors, for every format. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** First byte, counted from the start of the file. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
  /** The file holds the matrix the other way round: `shape` is `[rows, columns]`, the bytes are `[columns, rows]`. */
  readonly transposed?: true;
}

/** Bytes per element; the types that X-CLIP files may hold beside its weights are here so that their ranges are checked too. */
export const elementBytes: ReadonlyMap<string, number> = new Map([
  ...['F64', 'I64', 'U64'].map((type): [string, number] => [type, 8]),
  ...['F32', 'I32', 'U32'].map((type): [string, number] => [type, 4]),
  ...['F16', 'BF16', 'I16', 'U16'].map((type): [string, number] => [type, 2]),
  ...['I8', 'U8', 'BOOL'].map((type): [string, number] => [type, 1]),
]);
