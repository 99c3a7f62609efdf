import { createHash } from 'node:crypto';
import { exportRanker, type NamedRanker } from '../../models/ranker/onnx/export.ts';
import {
  encodeModel,
  encodeRaw,
  type Graph,
  initialiser,
  integer,
  integers,
  type Model,
  node,
  TYPE,
  table,
} from '../../models/ranker/onnx/proto.ts';
import { DEVICE_FEATURES } from '../../shared/onnx/device-features.ts';
import type { RankerSidecar } from '../../shared/onnx/sidecar.ts';

/** An ONNX model and the sidecar beside it, as a shop would serve them. */
export interface RankerFiles {
  readonly model: Uint8Array;
  readonly sidecar: unknown;
}

const WIDTH = DEVICE_FEATURES.features.length;
const floats = (length: number, value: (at: number) => number) => ({
  type: 'float32' as const,
  values: Float32Array.from({ length }, (_, at) => value(at)),
});
const INPUT = table('features', 'float32', WIDTH);
const OUTPUT = table('logits', 'float32', 1);
export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A true description of `model`, as far as its first input and output go. */
function beside(model: Uint8Array, own: Partial<RankerSidecar> = {}): RankerSidecar {
  return {
    format: 'tacit-ranker',
    version: 1,
    model: { sha256: hashOf(model), bytes: model.length },
    featureSchema: DEVICE_FEATURES.schema,
    inputs: [
      {
        kind: 'features',
        name: 'features',
        dtype: 'float32',
        shape: ['candidates', WIDTH],
        features: [...DEVICE_FEATURES.features],
        normalisation: { kind: 'in-graph' },
      },
    ],
    output: { name: 'logits', dtype: 'float32', shape: ['candidates', 1] },
    ...own,
  };
}

const files = (model: Uint8Array, own: Partial<RankerSidecar> = {}): RankerFiles => ({
  model,
  sidecar: beside(model, own),
});
const graph = (own: Pick<Graph, 'nodes' | 'initialisers'> & Partial<Graph>): Uint8Array =>
  encodeModel({ name: 'ranker', inputs: [INPUT], outputs: [OUTPUT], ...own });

/** One layer of our own exporter: the logit is one feature, times a factor. */
export function byFeature(name: string, factor = 1): RankerFiles {
  const at = DEVICE_FEATURES.features.indexOf(name);
  const ranker: NamedRanker = {
    network: {
      dense: WIDTH,
      layers: [
        {
          inputs: WIDTH,
          outputs: 1,
          weights: Float32Array.from({ length: WIDTH }, (_, f) => (f === at ? factor : 0)),
          bias: new Float32Array(1),
          activation: 'none',
        },
      ],
    },
    schema: DEVICE_FEATURES.schema,
    features: DEVICE_FEATURES.features,
    categoricals: [],
  };
  const { model, sidecar } = exportRanker(ranker, 'float');
  return { model, sidecar: sidecar(hashOf(model)) };
}

/** The sum of all features, then whatever a test wants to happen to it. */
const summed = (nodes: Graph['nodes'], initialisers: Graph['initialisers'] = []): Uint8Array =>
  graph({
    nodes: [node('MatMul', [['features', 'ones'], 'sum']), ...nodes],
    initialisers: [
      initialiser(
        'ones',
        [WIDTH, 1],
        floats(WIDTH, () => 1),
      ),
      ...initialisers,
    ],
  });

/** Wide layers, one after another: seconds of honest work. */
function slow(layers: number): Uint8Array {
  const size = 1024;
  const first = initialiser(
    'in',
    [WIDTH, size],
    floats(WIDTH * size, () => 0.01),
  );
  const square = initialiser(
    'square',
    [size, size],
    floats(size * size, (at) => (at % 7) / 1e4),
  );
  const last = initialiser(
    'out',
    [size, 1],
    floats(size, () => 1),
  );
  const names = Array.from({ length: layers }, (_, at) => `layer-${at}`);
  return graph({
    nodes: [
      node('MatMul', [['features', 'in'], 'layer']),
      ...names.map((name, at) => node('MatMul', [[names[at - 1] ?? 'layer', 'square'], name])),
      node('MatMul', [[names.at(-1) ?? 'layer', 'out'], 'logits']),
    ],
    initialisers: [first, square, last],
  });
}

/** Twice as wide at every step: nothing that a list of operators could tell. */
function doubling(steps: number): Uint8Array {
  const names = Array.from({ length: steps }, (_, at) => `twice-${at}`);
  return graph({
    nodes: [
      ...names.map((name, at) => {
        const from = names[at - 1] ?? 'features';
        return node('Concat', [[from, from], name], [integer('axis', 1)]);
      }),
      node(
        'ReduceMax',
        [[names.at(-1) ?? 'features'], 'logits'],
        [integers('axes', [1]), integer('keepdims', 1)],
      ),
    ],
    initialisers: [],
  });
}

/** A loop whose condition is always true and whose trip count is the largest there is. */
function endless(): Uint8Array {
  const scalar = (name: string, elemType: number) => ({
    name,
    type: { tensorType: { elemType, shape: { dim: [] } } },
  });
  const body = {
    name: 'body',
    input: [scalar('turn', TYPE.INT64), scalar('on', TYPE.BOOL), table('carried', 'float32', 1)],
    output: [scalar('on-again', TYPE.BOOL), table('carried-on', 'float32', 1)],
    node: [node('Identity', [['on'], 'on-again']), node('Identity', [['carried'], 'carried-on'])],
  };
  const always = { name: 'always', dims: [], dataType: TYPE.BOOL, rawData: Uint8Array.of(1) };
  const turns = { type: 'int64' as const, values: BigInt64Array.of(2n ** 62n) };
  return summed(
    [node('Loop', [['turns', 'always', 'sum'], 'logits'], [{ name: 'body', type: 5, g: body }])],
    [initialiser('turns', [], turns), always],
  );
}

function filling(): Uint8Array {
  const shape = { type: 'int64' as const, values: BigInt64Array.of(1n << 17n, 1n << 17n) };
  return summed(
    [
      node('ConstantOfShape', [['shape'], 'vast']),
      node('ReduceSum', [['vast'], 'all']),
      node('Add', [['sum', 'all'], 'logits']),
    ],
    [initialiser('shape', [2], shape)],
  );
}

function raw(own: Partial<Model>): Uint8Array {
  const plain: Model = {
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'ranker',
      node: [node('MatMul', [['features', 'ones'], 'logits'])],
      initializer: [
        initialiser(
          'ones',
          [WIDTH, 1],
          floats(WIDTH, () => 1),
        ),
      ],
      input: [INPUT],
      output: [OUTPUT],
    },
  };
  return encodeRaw({ ...plain, ...own });
}

const elsewhere = (): Uint8Array =>
  raw({
    graph: {
      name: 'ranker',
      node: [node('MatMul', [['features', 'ones'], 'logits'])],
      initializer: [
        {
          name: 'ones',
          dims: [WIDTH, 1],
          dataType: TYPE.FLOAT,
          dataLocation: 1,
          externalData: [{ key: 'location', value: '../../etc/passwd' }],
        },
      ],
      input: [INPUT],
      output: [OUTPUT],
    },
  });

const good = byFeature('item-price');
const described = good.sidecar as RankerSidecar;
const half = good.model.slice(0, good.model.length >> 1);

/** Everything that a ranker from outside may be, by the code that it is refused with. */
export const HOSTILE: readonly (readonly [story: string, code: string, files: RankerFiles])[] = [
  [
    'weights that are NaN',
    'ranker-not-finite',
    files(
      summed(
        [node('Mul', [['sum', 'nan'], 'logits'])],
        [
          initialiser(
            'nan',
            [],
            floats(1, () => Number.NaN),
          ),
        ],
      ),
    ),
  ],
  [
    'infinite logits',
    'ranker-not-finite',
    files(
      summed(
        [node('Add', [['sum', 'most'], 'logits'])],
        [
          initialiser(
            'most',
            [],
            floats(1, () => Number.POSITIVE_INFINITY),
          ),
        ],
      ),
    ),
  ],
  ['a file of no bytes', 'ranker-unreadable', files(new Uint8Array())],
  ['a file cut in half', 'ranker-hash', { model: half, sidecar: described }],
  ['a file cut in half, described as it is', 'ranker-unreadable', files(half)],
  [
    'a page of HTML',
    'ranker-unreadable',
    files(new TextEncoder().encode('<!doctype html><title>not found</title>')),
  ],
  [
    'another model than the sidecar’s',
    'ranker-hash',
    { model: byFeature('item-price', 2).model, sidecar: described },
  ],
  [
    'two logits a candidate',
    'ranker-shape',
    files(
      graph({
        nodes: [node('MatMul', [['features', 'w'], 'logits'])],
        initialisers: [
          initialiser(
            'w',
            [WIDTH, 2],
            floats(WIDTH * 2, () => 1),
          ),
        ],
        outputs: [table('logits', 'float32', 2)],
      }),
    ),
  ],
  [
    'one logit for all',
    'ranker-output',
    files(
      graph({
        nodes: [
          node('ReduceMax', [['features'], 'logits'], [integers('axes', [0, 1]), integer('keepdims', 1)]),
        ],
        initialisers: [],
        outputs: [{ name: 'logits', type: { tensorType: { elemType: TYPE.FLOAT } } }],
      }),
    ),
  ],
  ['tensors in other files', 'ranker-external-data', files(elsewhere())],
  ['operators of the future', 'ranker-opset', files(raw({ opsetImport: [{ domain: '', version: 99 }] }))],
  [
    'operators of its own',
    'ranker-opset',
    files(
      raw({
        opsetImport: [
          { domain: '', version: 17 },
          { domain: 'com.example', version: 1 },
        ],
      }),
    ),
  ],
  ['a tensor of 64 GB', 'ranker-operator', files(filling())],
  ['a loop without end', 'ranker-operator', files(endless())],
  ['a sidecar that is none', 'ranker-sidecar', { ...good, sidecar: { ...described, inputs: [] } }],
  ['a sidecar without a hash', 'ranker-sidecar', { ...good, sidecar: { name: 'ranker' } }],
  [
    'features of another schema',
    'ranker-feature-schema',
    { ...good, sidecar: { ...described, featureSchema: 'f3-0' } },
  ],
  [
    'a feature that nobody knows',
    'ranker-unknown-feature',
    {
      ...good,
      sidecar: {
        ...described,
        inputs: [{ ...described.inputs[0], features: ['shoe-size', ...DEVICE_FEATURES.features.slice(1)] }],
      },
    },
  ],
  ['more bytes than are taken', 'ranker-too-large', files(new Uint8Array((16 << 20) + 1))],
  ['more memory than there is', 'ranker-run', files(doubling(24))],
];

/** Right on features that are 0, NaN on a shopper's: no rehearsal can know. */
export const treacherous = files(
  summed([
    node('Abs', [['features'], 'sizes']),
    node('MatMul', [['sizes', 'ones'], 'size']),
    node('Neg', [['size'], 'below']),
    node('Sqrt', [['below'], 'logits']),
  ]),
);
/** Some hundred milliseconds a slate. */
export const tardy = files(slow(12));
/** Minutes a slate. */
export const stuck = files(slow(1_900));
