/** The ONNX messages as TypeScript sees them, and their encoding to bytes. Field names are those of onnx.proto. */
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

/** ONNX `TensorProto.DataType` numbers of the element types used here. */
export const elementType = { float: 1, uint8: 2, int8: 3, int64: 7, float16: 10, bfloat16: 16 } as const;
export type ElementType = keyof typeof elementType;

export type OnnxAttribute =
  | { readonly name: string; readonly type: 'FLOAT'; readonly f: number }
  | { readonly name: string; readonly type: 'INT'; readonly i: number }
  | { readonly name: string; readonly type: 'INTS'; readonly ints: readonly number[] };

export interface OnnxNode {
  readonly name: string;
  readonly op_type: string;
  readonly domain?: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly OnnxAttribute[];
}

export interface OnnxTensor {
  readonly name: string;
  readonly data_type: number;
  readonly dims: readonly number[];
  readonly raw_data?: Uint8Array;
  readonly data_location?: 'EXTERNAL';
  readonly external_data?: readonly { readonly key: string; readonly value: string }[];
}

export interface OnnxValueInfo {
  readonly name: string;
  readonly type: {
    readonly tensor_type: {
      readonly elem_type: number;
      readonly shape: { readonly dim: readonly ({ readonly dim_value: number } | { readonly dim_param: string })[] };
    };
  };
}

export interface OnnxGraph {
  readonly name: string;
  readonly node: readonly OnnxNode[];
  readonly initializer: readonly OnnxTensor[];
  readonly input: readonly OnnxValueInfo[];
  readonly output: readonly OnnxValueInfo[];
}

/** Opset 17 is the first with LayerNormalization; IR version 8 is the one published with it. */
const OPSET = 17;
const IR_VERSION = 8;

const schema = new protobuf.Root().loadSync(fileURLToPath(new URL('./onnx.proto', import.meta.url)), {
  keepCase: true,
});
const modelType = schema.lookupType('onnx.ModelProto');

/** The bytes of an .onnx file that holds `graph`. */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const model = {
    ir_version: IR_VERSION,
    producer_name: 'actionwire',
    opset_import: [
      { domain: '', version: OPSET },
      { domain: 'com.microsoft', version: 1 },
    ],
    graph,
  };
  return modelType.encode(modelType.fromObject(model)).finish();
}
