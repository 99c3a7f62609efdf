import { ELEMENT, type ModelOutline, type ValueOutline } from './model.ts';
import { RankerRefusal } from './refusal.ts';
import type { RankerSidecar, SidecarInput } from './sidecar.ts';

/** What a device can hand to a model. */
export interface DeviceFeatures {
  /** id of the feature schema */
  readonly schema: string;
  /** in the order of a row of the funnel's features */
  readonly features: readonly string[];
  readonly categoricals: readonly { readonly name: string; readonly vocabulary: number }[];
}

export const MOST_MODEL_BYTES = 16 << 20;
const MOST_NODES = 2_000;

/** Versions of operators that the runtime is tried with, by domain. */
const OPSETS: ReadonlyMap<string, readonly [least: number, most: number]> = new Map([
  ['', [11, 21]],
  ['ai.onnx.ml', [1, 4]],
]);

/**
 * What a ranker needs: layers, activations, quantisation, gathering, trees. Left out is what loops, branches or makes
 * tensors of a size that the data decides (Loop, If, Scan, Expand, Tile, ConstantOfShape, Range, Pad, Resize, NonZero).
 */
const OPERATORS: ReadonlySet<string> = new Set(
  `Gemm MatMul MatMulInteger QLinearMatMul DynamicQuantizeLinear QuantizeLinear DequantizeLinear
  Add Sub Mul Div Neg Abs Sqrt Reciprocal Pow Exp Log Erf Min Max Clip Round Floor Ceil Sign Sum Mean
  Relu LeakyRelu Elu Selu Celu PRelu Gelu Sigmoid HardSigmoid HardSwish Tanh Softplus Softsign Softmax LogSoftmax
  Where Equal Greater GreaterOrEqual Less LessOrEqual And Or Not IsNaN
  Cast Identity Constant Dropout Concat Split Slice Gather GatherElements Reshape Flatten Squeeze Unsqueeze
  Transpose Shape ReduceSum ReduceMean ReduceMax ReduceMin ReduceL1 ReduceL2 ReduceSumSquare
  BatchNormalization LayerNormalization LpNormalization
  ai.onnx.ml:TreeEnsembleRegressor ai.onnx.ml:LinearRegressor ai.onnx.ml:Scaler ai.onnx.ml:Normalizer
  ai.onnx.ml:Imputer ai.onnx.ml:FeatureVectorizer`.split(/\s+/),
);

/**
 * Whether a model may be given to the runtime: its operators are known and harmless, everything is inside it, and it
 * takes and gives what its sidecar says, which this device has.
 * @throws RankerRefusal with the first thing that is wrong
 */
export function admit(model: ModelOutline, sidecar: RankerSidecar, device: DeviceFeatures): void {
  if (model.external > 0)
    throw new RankerRefusal(
      'ranker-external-data',
      `${model.external} tensors lie in other files, expected all of them inside the model`,
    );
  if (model.nodes > MOST_NODES)
    throw new RankerRefusal('ranker-too-large', `found ${model.nodes} nodes, expected at most ${MOST_NODES}`);
  requireOpsets(model);
  requireOperators(model);
  requireFeatures(sidecar, device);
  requireValues(model, sidecar);
}

function requireOpsets({ opsets }: ModelOutline): void {
  for (const [domain, version] of opsets) {
    const [least, most] = OPSETS.get(domain) ?? [0, -1];
    if (version >= least && version <= most) continue;
    const known = [...OPSETS].map(([name, span]) => `${name || 'ai.onnx'} ${span.join(' to ')}`).join(', ');
    const found = `${domain || 'ai.onnx'} ${version}`;
    throw new RankerRefusal('ranker-opset', `operator set: found ${found}, expected ${known}`);
  }
}

function requireOperators({ operators, subgraphs, functions }: ModelOutline): void {
  const strange = [...operators].filter((operator) => !OPERATORS.has(operator));
  if (strange.length > 0)
    throw new RankerRefusal(
      'ranker-operator',
      `found ${strange.join(', ')}, expected operators of a ranker (docs/own-ranker.md lists them)`,
    );
  if (subgraphs + functions > 0)
    throw new RankerRefusal(
      'ranker-operator',
      `found ${subgraphs} subgraphs and ${functions} functions, expected none`,
    );
}

function requireFeatures(sidecar: RankerSidecar, device: DeviceFeatures): void {
  if (sidecar.featureSchema !== device.schema)
    throw new RankerRefusal(
      'ranker-feature-schema',
      `made for feature schema ${sidecar.featureSchema}, expected ${device.schema}: export or train it again`,
    );
  for (const input of sidecar.inputs) {
    if (input.kind === 'features') {
      const unknown = input.features.filter((name) => !device.features.includes(name));
      if (unknown.length > 0) throw unknownFeature(input, unknown);
    } else
      for (const { name, vocabulary } of input.categoricals) {
        const own = device.categoricals.find((known) => known.name === name);
        if (own === undefined) throw unknownFeature(input, [name]);
        if (own.vocabulary > vocabulary)
          throw new RankerRefusal(
            'ranker-shape',
            `categorical ${name}: found a vocabulary of ${vocabulary}, expected ${own.vocabulary}`,
          );
      }
  }
}

const unknownFeature = (input: SidecarInput, names: readonly string[]): RankerRefusal =>
  new RankerRefusal(
    'ranker-unknown-feature',
    `input ${input.name}: this device does not know ${names.join(', ')}`,
  );

function requireValues({ inputs, outputs }: ModelOutline, sidecar: RankerSidecar): void {
  const named = (values: readonly { readonly name: string }[]) =>
    values
      .map(({ name }) => name)
      .sort()
      .join(', ');
  if (named(inputs) !== named(sidecar.inputs))
    throw misshaped(`the model's inputs are ${named(inputs)}, the sidecar's ${named(sidecar.inputs)}`);
  for (const input of sidecar.inputs)
    requireValue(
      inputs.find(({ name }) => name === input.name),
      input,
    );
  requireValue(
    outputs.find(({ name }) => name === sidecar.output.name),
    sidecar.output,
  );
  const width = sidecar.output.shape[1] ?? 1;
  if (width !== 1) throw misshaped(`output ${sidecar.output.name}: found ${width} columns, expected 1`);
}

interface Expected {
  readonly name: string;
  readonly dtype: keyof typeof ELEMENT;
  readonly shape: readonly ('candidates' | number)[];
}

function requireValue(value: ValueOutline | undefined, { name, dtype, shape }: Expected): void {
  if (value === undefined) throw misshaped(`the model has no value ${name}`);
  if (value.type !== ELEMENT[dtype])
    throw misshaped(`${name}: found element type ${value.type}, expected ${ELEMENT[dtype]} (${dtype})`);
  // What the model leaves open is settled by the first run.
  if (value.shape === undefined) return;
  const fits =
    value.shape.length === shape.length &&
    value.shape.every((found, axis) => typeof found === 'string' || (axis > 0 && found === shape[axis]));
  if (!fits)
    throw misshaped(`${name}: found shape [${value.shape.join(', ')}], expected [${shape.join(', ')}]`);
}

const misshaped = (message: string): RankerRefusal => new RankerRefusal('ranker-shape', message);
