/** What a pickle of weights may be made of. All of it is plain data: nothing here can be called, imported or run. */

/** One storage of `torch.save`: a file of raw numbers beside the pickle. */
export interface StorageValue {
  readonly kind: 'storage';
  /** Element type as safetensors names it. */
  readonly dtype: string;
  /** Name of the entry under `data/`. */
  readonly key: string;
  /** Elements. */
  readonly count: number;
}

/** A tensor: a view of a storage, offset and strides in elements. */
export interface TensorValue {
  readonly kind: 'tensor';
  readonly storage: StorageValue;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** A name of Python that is on the list of `allowed-globals.ts`. */
export interface GlobalValue {
  readonly kind: 'global';
  readonly name: string;
}

export interface TupleValue {
  readonly kind: 'tuple';
  readonly items: readonly PickleValue[];
}

export interface ListValue {
  readonly kind: 'list';
  readonly items: PickleValue[];
}

export interface DictValue {
  readonly kind: 'dict';
  readonly items: Map<string | number, PickleValue>;
}

export type PickleValue =
  null | boolean | number | string | TupleValue | ListValue | DictValue | GlobalValue | StorageValue | TensorValue;

/** Whether a value is of one of the kinds above. */
export function isKind<Kind extends Exclude<PickleValue, null | boolean | number | string>['kind']>(
  value: PickleValue | undefined,
  kind: Kind,
): value is Extract<PickleValue, { kind: Kind }> {
  return typeof value === 'object' && value !== null && value.kind === kind;
}

export const emptyDict = (): DictValue => ({ kind: 'dict', items: new Map() });

/** Why a pickle is not accepted. `damaged`: it is none; `refused`: it asks for what weights do not need, or for too much. */
export class PickleProblem extends Error {
  constructor(
    readonly reason: 'damaged' | 'refused',
    message: string,
  ) {
    super(message);
  }
}
