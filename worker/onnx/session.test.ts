import { beforeAll, describe, expect, it } from 'vitest';
import { encodeModel, encodeRaw, initialiser, node, TYPE, table } from '../../models/ranker/onnx/proto.ts';
import type { DeviceFeatures } from '../../shared/onnx/admit.ts';
import { admit } from '../../shared/onnx/admit.ts';
import { readModel } from '../../shared/onnx/model.ts';
import type { RankerSidecar } from '../../shared/onnx/sidecar.ts';
import { columnPicker } from './columns.ts';
import { openSession, startRuntime } from './session.ts';
import { SMALLEST_MODEL } from './smallest-model.ts';

const device: DeviceFeatures = {
  schema: 'f3-test',
  features: ['price', 'views', 'age'],
  categoricals: [
    { name: 'brand', vocabulary: 5 },
    { name: 'category', vocabulary: 9 },
  ],
};
const sidecar: RankerSidecar = {
  format: 'tacit-ranker',
  version: 1,
  model: { sha256: 'a'.repeat(64), bytes: 1 },
  featureSchema: device.schema,
  inputs: [
    {
      kind: 'features',
      name: 'x',
      dtype: 'float32',
      shape: ['candidates', 2],
      features: ['age', 'price'],
      normalisation: { kind: 'in-graph' },
    },
  ],
  output: { name: 'y', dtype: 'float32', shape: ['candidates', 1] },
};
const question = {
  rows: 2,
  features: Float32Array.of(1, 2, 3, 10, 20, 30),
  categories: Uint16Array.of(4, 8, 1, 0),
};

describe('columns for a model', () => {
  it('are picked by name, in the order that the model wants', () => {
    expect(columnPicker(sidecar, device)(question)).toEqual([
      { name: 'x', columns: 2, values: Float32Array.of(3, 1, 30, 10) },
    ]);
  });

  it('become z-scores where the sidecar says so: clipped, and 0 for a feature that never varied', () => {
    const [input] = sidecar.inputs;
    const normalisation = { kind: 'z-score' as const, means: [3, 1], deviations: [2, 0], clip: 5 };
    const scored = { ...sidecar, inputs: [{ ...input, normalisation }] } as RankerSidecar;
    expect(columnPicker(scored, device)(question)[0]?.values).toEqual(Float32Array.of(0, 0, 5, 0));
  });

  it.each([
    ['int32', Int32Array.of(8, 4, 0, 1)],
    ['int64', BigInt64Array.of(8n, 4n, 0n, 1n)],
  ] as const)('of categories come as %s', (dtype, values) => {
    const categoricals = [...device.categoricals].reverse();
    const inputs = [{ kind: 'categories', name: 'c', dtype, shape: ['candidates', 2], categoricals }];
    expect(columnPicker({ ...sidecar, inputs } as RankerSidecar, device)(question)[0]?.values).toEqual(
      values,
    );
  });
});

describe('the runtime', () => {
  beforeAll(() => startRuntime());

  it('is tried with a model that is what it says', () => {
    const written = encodeModel({
      name: 'g',
      nodes: [node('Identity', [['x'], 'y'])],
      initialisers: [],
      inputs: [table('x', 'float32')],
      outputs: [table('y', 'float32')],
    });
    expect(SMALLEST_MODEL).toEqual(new Uint8Array(written));
  });

  it('ranks by gradient-boosted trees, as the usual toolkits export them', async () => {
    const float = (name: string, floats: number[]) => ({ name, type: 6, floats });
    const int = (name: string, ints: number[]) => ({ name, type: 7, ints });
    const modes = ['BRANCH_LEQ', 'LEAF', 'LEAF'].map((mode) => new TextEncoder().encode(mode));
    const model = encodeRaw({
      irVersion: 8,
      opsetImport: [
        { domain: '', version: 17 },
        { domain: 'ai.onnx.ml', version: 3 },
      ],
      graph: {
        name: 'trees',
        node: [
          {
            opType: 'TreeEnsembleRegressor',
            domain: 'ai.onnx.ml',
            input: ['x'],
            output: ['y'],
            attribute: [
              int('nodes_treeids', [0, 0, 0]),
              int('nodes_nodeids', [0, 1, 2]),
              int('nodes_featureids', [0, 0, 0]),
              int('nodes_truenodeids', [1, 0, 0]),
              int('nodes_falsenodeids', [2, 0, 0]),
              float('nodes_values', [10, 0, 0]),
              { name: 'nodes_modes', type: 8, strings: modes },
              int('target_treeids', [0, 0]),
              int('target_nodeids', [1, 2]),
              int('target_ids', [0, 0]),
              float('target_weights', [-1, 2]),
              { name: 'n_targets', type: 2, i: 1 },
            ],
          },
        ],
        input: [table('x', 'float32', 2)],
        output: [table('y', 'float32', 1)],
      },
    });
    admit(readModel(model), sidecar, device);
    const session = await openSession({ model, sidecar, device });
    expect(await session.rank(question)).toEqual(Float32Array.of(-1, 2));
    await session.close();
  });

  it.each([
    ['NaN', 'ranker-not-finite', Number.NaN],
    ['infinity', 'ranker-not-finite', Number.POSITIVE_INFINITY],
  ])('that gives %s is refused before a shopper waits for it', async (_, code, value) => {
    const model = encodeModel({
      name: 'g',
      nodes: [node('MatMul', [['x', 'w'], 'y'])],
      initialisers: [initialiser('w', [2, 1], { type: 'float32', values: Float32Array.of(value, 1) })],
      inputs: [table('x', 'float32', 2)],
      outputs: [table('y', 'float32', 1)],
    });
    await expect(openSession({ model, sidecar, device })).rejects.toMatchObject({ code });
  });

  it('that cannot build the model says why', async () => {
    const model = encodeRaw({
      irVersion: 8,
      opsetImport: [{ domain: '', version: 17 }],
      graph: {
        name: 'g',
        node: [node('MatMul', [['x', 'missing'], 'y'])],
        input: [{ name: 'x', type: { tensorType: { elemType: TYPE.FLOAT } } }],
        output: [table('y', 'float32', 1)],
      },
    });
    await expect(openSession({ model, sidecar, device })).rejects.toMatchObject({ code: 'ranker-session' });
  });
});
