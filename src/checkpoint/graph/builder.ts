/** Builds an ONNX graph node by node; weights are references into the checkpoint's files, never bytes in memory. */
import {
  elementType,
  encodeModel,
  type ElementType,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from '../onnx/model.js';

declare const valueBrand: unique symbol;
/** The name of a tensor inside the graph: an input, an initialiser or the output of a node. */
export type Value = string & { readonly [valueBrand]: never };

/** Where the bytes of a weight lie, seen from the folder of the .onnx file. */
export interface WeightReference {
  readonly location: string;
  readonly type: 'float' | 'float16' | 'bfloat16' | 'int8';
  readonly shape: readonly number[];
  readonly offset: number;
  readonly length: number;
  /** The bytes are the matrix of the other way round, `[shape[1], shape[0]]`. */
  readonly transposed?: boolean;
}

/** How a linear layer's product is computed where not in float32: in float16, or with weights of int8 `[in, out]` and a scale for each output. */
export type ReducedProduct =
  | { readonly kind: 'float16' }
  | { readonly kind: 'int8'; readonly weights: WeightReference; readonly scales: WeightReference };

/** Numbers as uint8: each stands for `scale * (value - zeroPoint)`. */
export interface QuantisedValue {
  readonly value: Value;
  readonly scale: Value;
  readonly zeroPoint: Value;
}

export type AttributeValue = number | readonly number[] | { readonly float: number };
/** The types of real numbers that graphs compute with. */
export type FloatType = 'float' | 'float16';
export type Attributes = Readonly<Record<string, AttributeValue>>;
/** Sizes of a graph input or output; a string names a size that is only known when the graph runs. */
export type SymbolicShape = readonly (number | string)[];

export class GraphBuilder {
  readonly #nodes: OnnxNode[] = [];
  readonly #inputs: OnnxValueInfo[] = [];
  readonly #outputs: OnnxValueInfo[] = [];
  readonly #initialisers = new Map<string, OnnxTensor>();
  readonly #weights = new Map<string, Value>();
  readonly #casts = new Map<string, Value>();
  readonly #halves = new Set<Value>();

  /**
   * `findWeight` looks a tensor of the checkpoint up by its name and throws if there is none. `reducedProduct` tells for the prefix of a linear layer
   * how its product is computed where not in float32.
   */
  constructor(
    private readonly name: string,
    private readonly findWeight: (name: string) => WeightReference,
    readonly reducedProduct: (prefix: string) => ReducedProduct | undefined = () => undefined,
  ) {}

  /** Declares an input of the graph. */
  input(name: string, type: ElementType, shape: SymbolicShape): Value {
    this.#inputs.push(valueInfo(name, type, shape));
    return name as Value;
  }

  /** Declares `value` as an output of the graph under a fixed name. */
  output(name: string, value: Value, shape: SymbolicShape): void {
    this.#nodes.push({ name: `output.${name}`, op_type: 'Identity', input: [value], output: [name], attribute: [] });
    this.#outputs.push(valueInfo(name, 'float', shape));
  }

  /**
   * A weight of the checkpoint as `type` in its own shape; those stored as another type are cast and those stored the other way round
   * transposed, which ONNX Runtime does once, at load.
   */
  weight(name: string, type: FloatType = 'float'): Value {
    const known = this.#weights.get(name) ?? this.#loadWeight(name);
    return this.findWeight(name).type === type ? known : this.cast(known, type);
  }

  /** A tensor of a file under a name of its own, as it is stored. */
  external(name: string, reference: WeightReference): Value {
    this.#initialisers.set(name, externalTensor(name, reference));
    if (reference.type === 'float16') this.#halves.add(name as Value);
    return name as Value;
  }

  /** `value` as `type`; the same node for the same question. */
  cast(value: Value, type: FloatType): Value {
    const key = `${type} ${value}`;
    const known = this.#casts.get(key);
    if (known !== undefined) return known;
    const cast = this.node('Cast', [value], { to: elementType[type] });
    if (type === 'float16') this.#halves.add(cast);
    this.#casts.set(key, cast);
    return cast;
  }

  /** Whether a value that holds real numbers is float16; else it is float32. */
  isHalf(value: Value): boolean {
    return this.#halves.has(value);
  }

  /** A small int64 constant: a list, or a scalar when `values` is a number. */
  integers(values: number | readonly number[]): Value {
    const list = typeof values === 'number' ? [values] : values;
    const dims = typeof values === 'number' ? [] : [list.length];
    return this.#constant('int64', dims, list.join('_'), new BigInt64Array(list.map(BigInt)));
  }

  /** A small float32 constant of shape `dims` (a scalar when left out). */
  floats(values: readonly number[], dims: readonly number[] = []): Value {
    return this.#constant('float', dims, values.join('_'), new Float32Array(values));
  }

  /**
   * Adds a node with one output and returns that output, which has the type of the first input but for Cast and Shape. A missing optional input is the
   * empty string; `domain` is that of an operator outside the standard.
   */
  node(op: string, inputs: readonly (Value | '')[], attributes: Attributes = {}, domain = ''): Value {
    const name = `${op}.${this.#nodes.length}` as Value;
    this.#add(name, op, inputs, [name], attributes, domain);
    const [first = ''] = inputs;
    if (first !== '' && this.isHalf(first) && op !== 'Cast' && op !== 'Shape') this.#halves.add(name);
    return name;
  }

  /** Adds the standard node `DynamicQuantizeLinear`: float32 `x` -> uint8 of the same shape, and the scale and the zero point of all of it. */
  quantise(x: Value): QuantisedValue {
    const name = `DynamicQuantizeLinear.${this.#nodes.length}`;
    const outputs = { value: name, scale: `${name}.scale`, zeroPoint: `${name}.zero` } as QuantisedValue;
    this.#add(name, 'DynamicQuantizeLinear', [x], Object.values(outputs), {}, '');
    return outputs;
  }

  /** The finished .onnx file. */
  encode(): Uint8Array {
    return encodeModel({
      name: this.name,
      node: this.#nodes,
      initializer: [...this.#initialisers.values()],
      input: this.#inputs,
      output: this.#outputs,
    });
  }

  #add(
    name: string,
    op: string,
    input: readonly string[],
    output: readonly string[],
    attributes: Attributes,
    domain: string,
  ): void {
    const attribute = Object.entries(attributes).map(([key, value]) => encodeAttribute(key, value));
    const of = domain === '' ? {} : { domain };
    this.#nodes.push({ name, op_type: op, ...of, input, output, attribute });
  }

  #loadWeight(name: string): Value {
    const reference = this.findWeight(name);
    const stored = this.external(name, reference);
    const upright = reference.transposed === true ? this.node('Transpose', [stored], { perm: [1, 0] }) : stored;
    this.#weights.set(name, upright);
    return upright;
  }

  #constant(type: 'int64' | 'float', dims: readonly number[], key: string, data: BigInt64Array | Float32Array): Value {
    const name = `${type}[${dims.join('x')}].${key}`;
    const raw = new Uint8Array(data.buffer);
    this.#initialisers.set(name, { name, data_type: elementType[type], dims, raw_data: raw });
    return name as Value;
  }
}

function valueInfo(name: string, type: ElementType, shape: SymbolicShape): OnnxValueInfo {
  const dim = shape.map((size) => (typeof size === 'number' ? { dim_value: size } : { dim_param: size }));
  return { name, type: { tensor_type: { elem_type: elementType[type], shape: { dim } } } };
}

function externalTensor(name: string, reference: WeightReference): OnnxTensor {
  const { location, type, offset, length } = reference;
  const dims = reference.transposed === true ? reference.shape.toReversed() : reference.shape;
  const external_data = [
    { key: 'location', value: location },
    { key: 'offset', value: String(offset) },
    { key: 'length', value: String(length) },
  ];
  return { name, data_type: elementType[type], dims, data_location: 'EXTERNAL', external_data };
}

function encodeAttribute(name: string, value: AttributeValue): OnnxAttribute {
  if (typeof value === 'number') return { name, type: 'INT', i: value };
  if ('float' in value) return { name, type: 'FLOAT', f: value.float };
  return { name, type: 'INTS', ints: value };
}
