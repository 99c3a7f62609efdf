import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportRanker, type NamedRanker } from '../../models/ranker/onnx/export.ts';
import { admit, type DeviceFeatures } from './admit.ts';
import { ELEMENT, readModel } from './model.ts';
import { RankerRefusal } from './refusal.ts';
import { type RankerSidecar, readSidecar } from './sidecar.ts';

const device: DeviceFeatures = {
  schema: 'f3-test',
  features: ['price', 'views', 'age'],
  categoricals: [{ name: 'brand', vocabulary: 5 }],
};
const ranker: NamedRanker = {
  network: {
    dense: 3,
    embeddings: [{ vocabulary: 5, dims: 2, values: new Float32Array(10) }],
    layers: [
      {
        inputs: 5,
        outputs: 1,
        weights: new Float32Array(5),
        bias: new Float32Array(1),
        activation: 'none',
      },
    ],
    standard: { means: new Float32Array(3), deviations: new Float32Array(3).fill(1), most: 10 },
  },
  schema: device.schema,
  features: device.features,
  categoricals: device.categoricals,
};
const { model, sidecar } = exportRanker(ranker, 'float');
const beside = sidecar('a'.repeat(64));

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'admitted';
  } catch (error) {
    return error instanceof RankerRefusal ? error.code : `threw ${String(error)}`;
  }
};

describe('the outline of a model', () => {
  it('says what a model is made of, what it takes and what it gives', () => {
    const { operators, opsets, inputs, outputs, external, subgraphs } = readModel(model);
    expect([...operators].sort()).toEqual([
      'Add',
      'Clip',
      'Concat',
      'Gather',
      'Identity',
      'MatMul',
      'Mul',
      'Sub',
    ]);
    expect([...opsets]).toEqual([['', 17]]);
    expect(inputs).toEqual([
      { name: 'features', type: ELEMENT.float32, shape: ['candidates', 3] },
      { name: 'categories', type: ELEMENT.int32, shape: ['candidates', 1] },
    ]);
    expect(outputs).toEqual([{ name: 'logits', type: ELEMENT.float32, shape: ['candidates', 1] }]);
    expect({ external, subgraphs }).toEqual({ external: 0, subgraphs: 0 });
  });

  it('of torn bytes is refused, wherever they are torn', () => {
    for (let length = 0; length < model.length; length++) {
      const code = codeOf(() => admit(readModel(model.subarray(0, length)), beside, device));
      expect(
        code === 'ranker-unreadable' || code === 'ranker-shape' || code === 'ranker-opset',
        `${length}: ${code}`,
      ).toBe(true);
    }
  });

  it('of any bytes is read or refused, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(codeOf(() => readModel(bytes))).toMatch(/^(admitted|ranker-unreadable)$/);
      }),
    );
    fc.assert(
      fc.property(fc.nat(model.length - 1), fc.nat(255), (at, byte) => {
        const changed = model.slice();
        changed[at] = byte;
        expect(codeOf(() => admit(readModel(changed), beside, device))).toMatch(
          /^(admitted|ranker-[a-z-]+)$/,
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe('a sidecar', () => {
  it('reads back as it was written', () => {
    expect(readSidecar(JSON.parse(JSON.stringify(beside)))).toEqual(beside);
    expect(codeOf(() => admit(readModel(model), beside, device))).toBe('admitted');
  });

  const features = beside.inputs[0] as RankerSidecar['inputs'][number];
  const other = (own: object): unknown => ({ ...beside, ...own });
  const input = (own: object): unknown => other({ inputs: [{ ...features, ...own }, beside.inputs[1]] });
  it.each([
    ['nothing', null, 'ranker-sidecar'],
    ['an unknown key', other({ colour: 'red' }), 'ranker-sidecar'],
    ['a version of the future', other({ version: 2 }), 'ranker-sidecar'],
    ['a hash in capitals', other({ model: { sha256: 'A'.repeat(64), bytes: 1 } }), 'ranker-sidecar'],
    ['fewer names than columns', input({ features: ['price'] }), 'ranker-sidecar'],
    ['a fixed number of candidates', input({ shape: [400, 3] }), 'ranker-sidecar'],
    [
      'a mean too few',
      input({ normalisation: { kind: 'z-score', means: [1, 2], deviations: [1, 1, 1] } }),
      'ranker-sidecar',
    ],
    [
      'a negative deviation',
      input({ normalisation: { kind: 'z-score', means: [1, 2, 3], deviations: [1, -1, 1] } }),
      'ranker-sidecar',
    ],
    [
      'a feature twice and one unknown',
      input({ features: ['price', 'price', 'size'] }),
      'ranker-unknown-feature',
    ],
    ['another name of the input', input({ name: 'x' }), 'ranker-shape'],
    ['another width', input({ features: ['price', 'age'], shape: ['candidates', 2] }), 'ranker-shape'],
    ['another schema', other({ featureSchema: 'f3-other' }), 'ranker-feature-schema'],
    ['an input too few', other({ inputs: [features] }), 'ranker-shape'],
    ['another output', other({ output: { ...beside.output, name: 'probabilities' } }), 'ranker-shape'],
    [
      'a vocabulary smaller than the device’s',
      other({
        inputs: [features, { ...beside.inputs[1], categoricals: [{ name: 'brand', vocabulary: 4 }] }],
      }),
      'ranker-shape',
    ],
  ])('with %s is refused', (_, json, code) => {
    expect(codeOf(() => admit(readModel(model), readSidecar(json), device))).toBe(code);
  });
});
