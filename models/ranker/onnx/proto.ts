import proto from 'onnx-proto';

/**
 * The words of onnx.proto3 that a ranker is written in, and nothing else of the package: graphs are built from these.
 * Tensors are little-endian, as every host of ours is.
 */
const { AttributeProto, ModelProto, TensorProto } = proto.onnx;
export const TYPE = TensorProto.DataType;

export type Node = proto.onnx.INodeProto;
export type Initialiser = proto.onnx.ITensorProto;
export type Value = proto.onnx.IValueInfoProto;
export type Model = proto.onnx.IModelProto;
type Attribute = proto.onnx.IAttributeProto;

export const OPSET = 17;
const IR_VERSION = 8;

const TYPE_OF = {
  float32: TYPE.FLOAT,
  float64: TYPE.DOUBLE,
  int8: TYPE.INT8,
  int64: TYPE.INT64,
  int32: TYPE.INT32,
} as const;

export type TensorValues =
  | { readonly type: 'float32'; readonly values: Float32Array }
  | { readonly type: 'float64'; readonly values: Float64Array }
  | { readonly type: 'int8'; readonly values: Int8Array }
  | { readonly type: 'int64'; readonly values: BigInt64Array };

export function initialiser(
  name: string,
  dims: readonly number[],
  { type, values }: TensorValues,
): Initialiser {
  const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, dims: [...dims], dataType: TYPE_OF[type], rawData };
}

/** A table of `candidates x columns`, or with no columns a list. */
export function table(name: string, type: keyof typeof TYPE_OF, columns?: number): Value {
  const dim = [{ dimParam: 'candidates' }, ...(columns === undefined ? [] : [{ dimValue: columns }])];
  return { name, type: { tensorType: { elemType: TYPE_OF[type], shape: { dim } } } };
}

export const node = (
  opType: string,
  [input, output]: readonly [input: readonly string[], output: string],
  attribute: Attribute[] = [],
): Node => ({ opType, name: output, input: [...input], output: [output], attribute });

export const integer = (name: string, i: number): Attribute => ({
  name,
  type: AttributeProto.AttributeType.INT,
  i,
});

export const integers = (name: string, ints: number[]): Attribute => ({
  name,
  type: AttributeProto.AttributeType.INTS,
  ints,
});

export interface Graph {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly initialisers: readonly Initialiser[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

/** A graph as a file: opset 17, intermediate representation 8. */
export function encodeModel({ name, nodes, initialisers, inputs, outputs }: Graph): Uint8Array<ArrayBuffer> {
  return encodeRaw({
    irVersion: IR_VERSION,
    producerName: 'tacit',
    opsetImport: [{ domain: '', version: OPSET }],
    graph: {
      name,
      node: [...nodes],
      initializer: [...initialisers],
      input: [...inputs],
      output: [...outputs],
    },
  });
}

/** Any model, well-formed or not. */
export function encodeRaw(model: Model): Uint8Array<ArrayBuffer> {
  return new Uint8Array(ModelProto.encode(ModelProto.create(model)).finish());
}
