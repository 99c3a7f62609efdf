import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Layer, NetworkSpec } from '../../../shared/kernel/contract.ts';
import { loadKernel } from '../../../shared/kernel/load.ts';
import { admit, type DeviceFeatures } from '../../../shared/onnx/admit.ts';
import { readModel } from '../../../shared/onnx/model.ts';
import { openSession, startRuntime } from '../../../worker/onnx/session.ts';
import { createRandom } from '../../random.ts';
import { exportRanker, type NamedRanker } from './export.ts';
import { asFloats, asIntegers, type Precision } from './layers.ts';

const DENSE = 30;
const ROWS = 300;
const device: DeviceFeatures = {
  schema: 'f30-test',
  features: Array.from({ length: DENSE }, (_, at) => `feature-${at}`),
  categoricals: [
    { name: 'category', vocabulary: 50 },
    { name: 'brand', vocabulary: 20 },
  ],
};

/** Weights as training leaves them: He's spread, so that logits spread by about one. */
function network(hidden: readonly number[], embedded: boolean): NamedRanker {
  const random = createRandom(7);
  const embeddings = embedded
    ? device.categoricals.map(({ vocabulary }) => ({
        vocabulary,
        dims: 16,
        values: Float32Array.from({ length: vocabulary * 16 }, () => random.normal() * 0.3),
      }))
    : [];
  const sizes = [DENSE + embeddings.length * 16, ...hidden, 1];
  const layers: Layer[] = sizes.slice(1).map((outputs, l) => {
    const inputs = sizes[l]!;
    const spread = Math.sqrt(2 / inputs);
    return {
      inputs,
      outputs,
      weights: Float32Array.from({ length: inputs * outputs }, () => random.normal() * spread),
      bias: Float32Array.from({ length: outputs }, () => random.normal() * 0.1),
      activation: l === sizes.length - 2 ? 'none' : 'relu',
    };
  });
  const means = Float32Array.from({ length: DENSE }, () => random.normal());
  // A feature that never varied, as a shop without ratings has.
  const deviations = Float32Array.from({ length: DENSE }, (_, at) => (at === 4 ? 0 : 0.5 + random.next()));
  return {
    network: { dense: DENSE, embeddings, layers, standard: { means, deviations, most: 10 } },
    schema: device.schema,
    features: device.features,
    categoricals: embedded ? device.categoricals : [],
  };
}

function candidates(rows = ROWS) {
  const numbers = createRandom(11);
  const names = createRandom(12);
  return {
    rows,
    features: Float32Array.from({ length: rows * DENSE }, () => numbers.normal() * 2),
    categories: Uint16Array.from({ length: rows * 2 }, (_, at) => names.below(at % 2 === 0 ? 50 : 20)),
  };
}

async function throughOnnx(ranker: NamedRanker, precision: Precision, rows = ROWS) {
  const { model, sidecar } = exportRanker(ranker, precision);
  const beside = sidecar(createHash('sha256').update(model).digest('hex'));
  admit(readModel(model), beside, device);
  await startRuntime();
  const session = await openSession({ model, sidecar: beside, device });
  const logits = await session.rank(candidates(rows));
  await session.close();
  return { logits };
}

function throughKernel({ network: spec }: NamedRanker, layers: readonly Layer[]): Float32Array {
  const { features, categories, rows } = candidates();
  const whole: NetworkSpec = { ...spec, layers };
  const run = loadKernel({ build: 'js' }).network(whole);
  return run.run(features.slice(), rows, spec.embeddings?.length ? categories : undefined).slice(0, rows);
}

const floats = ({ network: { layers } }: NamedRanker): Layer[] =>
  layers.map(({ inputs, outputs, bias, activation, ...rest }) => ({
    ...{ inputs, outputs, bias, activation },
    weights: asFloats({ inputs, outputs, bias, activation, ...rest } as Layer),
  }));
const integers = ({ network: { layers } }: NamedRanker): Layer[] =>
  layers.map(({ inputs, outputs, bias, activation, ...rest }) => ({
    ...{ inputs, outputs, bias, activation },
    ...asIntegers({ inputs, outputs, bias, activation, ...rest } as Layer),
  }));

const order = (logits: Float32Array): number[] =>
  [...logits.keys()].sort((a, b) => logits[b]! - logits[a]! || a - b);

/** Largest difference over the spread (standard deviation) of what is expected. */
function furthest(found: Float32Array, expected: Float32Array): number {
  const mean = expected.reduce((sum, x) => sum + x, 0) / expected.length;
  const spread = Math.sqrt(expected.reduce((sum, x) => sum + (x - mean) ** 2, 0) / expected.length);
  return found.reduce((most, x, at) => Math.max(most, Math.abs(x - expected[at]!)), 0) / spread;
}

describe.each([
  ['the small ranker', [64, 32], false],
  ['the deep ranker', [128, 64, 32], true],
] as const)('%s through onnxruntime', (_, hidden, embedded) => {
  const ranker = network(hidden, embedded);

  it('as floats: within 1e-5 of a spread of the kernel, in the same order', async () => {
    const { logits } = await throughOnnx(ranker, 'float');
    const expected = throughKernel(ranker, floats(ranker));
    expect(furthest(logits, expected)).toBeLessThan(1e-5);
    expect(order(logits)).toEqual(order(expected));
  });

  it('as int8: within 0.08 of a spread of the integer kernel and 0.12 of the floats, nine of ten at the top', async () => {
    const { logits } = await throughOnnx(ranker, 'int8');
    const kernel = throughKernel(ranker, integers(ranker));
    expect(furthest(logits, kernel)).toBeLessThan(0.08);
    expect(furthest(logits, throughKernel(ranker, floats(ranker)))).toBeLessThan(0.12);
    const best = new Set(order(kernel).slice(0, 10));
    expect(
      order(logits)
        .slice(0, 10)
        .filter((row) => best.has(row)).length,
    ).toBeGreaterThanOrEqual(9);
  });

  it('as int8: less than a third of the bytes of the floats, when layers are what weighs', () => {
    const bytes = (precision: Precision) => exportRanker(wide, precision).model.length;
    const wide = network([512, 256, 128], embedded);
    expect(bytes('int8')).toBeLessThan(bytes('float') / 3);
  });

  it.each(['float', 'int8'] as const)(
    'as %s: a logit does not hang on who else is asked for',
    async (precision) => {
      const { logits } = await throughOnnx(ranker, precision);
      const alone = await throughOnnx(ranker, precision, 1);
      expect(Math.abs(alone.logits[0]! - logits[0]!)).toBeLessThan(1e-5);
    },
  );
});
