import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeWeights, encodeWeights } from '../../shared/bundle/weights.ts';
import { plainArithmetic } from '../arithmetic.ts';
import { createRandom } from '../random.ts';
import { behindGate } from './apart.ts';
import { calibrated } from './calibration.ts';
import { committeeOf, memberSeed } from './committee.ts';
import { meanOf } from './merge.ts';
import { createLayers, type Layer, logits } from './network.ts';
import type { TrainedRanker } from './train.ts';

const shapes = fc.record({
  inputs: fc.integer({ min: 1, max: 9 }),
  depth: fc.integer({ min: 1, max: 3 }),
  members: fc.array(fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 3, maxLength: 3 }), {
    minLength: 1,
    maxLength: 5,
  }),
  seed: fc.nat(1000),
});

/** Networks of one depth, each as wide as it likes, that are far from 0. */
function drawn({ inputs, depth, members, seed }: typeof EXAMPLE) {
  const random = createRandom(seed);
  const networks = members.map((widths) =>
    createLayers([inputs, ...widths.slice(0, depth), 1], random).map((layer) => ({
      ...layer,
      weights: layer.weights.map((weight) => 3 * weight),
      bias: layer.bias.map(() => random.normal()),
    })),
  );
  const rows = Float32Array.from({ length: 6 * inputs }, () => 2 * random.normal());
  return { networks, rows };
}
const EXAMPLE = { inputs: 4, depth: 2, members: [[5, 3, 1]], seed: 1 };

const answers = (layers: readonly Layer[], rows: Float32Array): Float32Array =>
  logits(plainArithmetic, layers, rows);

/** Of each row, the mean of what the networks say of it. */
function meansOf(networks: readonly (readonly Layer[])[], rows: Float32Array): number[] {
  const each = networks.map((layers) => answers(layers, rows));
  return [...each[0]!.keys()].map((row) => each.reduce((sum, one) => sum + one[row]!, 0) / each.length);
}

const near = (found: ArrayLike<number>, wanted: readonly number[]): void => {
  const reach = Math.max(1, ...wanted.map(Math.abs));
  wanted.forEach((value, at) => {
    expect(Math.abs(found[at]! - value)).toBeLessThan(1e-5 * reach);
  });
};

it('says the mean of what its members say, whatever their widths and depth', () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const { networks, rows } = drawn(shape);
      const merged = meanOf(networks);
      near(answers(merged, rows), meansOf(networks, rows));
      const line = { slope: 0.4, intercept: -2 };
      near(
        answers(calibrated(merged, line), rows),
        meansOf(networks, rows).map((logit) => line.slope * logit + line.intercept),
      );
    }),
    { numRuns: 200 },
  );
});

it('holds in integers the very numbers that its members hold, but for the last layer', () => {
  const { networks } = drawn({
    ...EXAMPLE,
    depth: 3,
    members: [
      [5, 4, 6],
      [3, 7, 2],
      [1, 1, 1],
    ],
  });
  const stored = ({ inputs, outputs, weights }: Layer): Float32Array => {
    const tensor = { shape: [inputs, outputs], values: weights, type: 'i8' } as const;
    return decodeWeights(encodeWeights({ settings: {}, tensors: { tensor } })).tensor('tensor')!.values;
  };
  const merged = meanOf(networks);
  for (const l of [0, 1, 2]) {
    let [row, column] = [0, 0];
    const { outputs } = merged[l]!;
    const whole = stored(merged[l]!);
    for (const layers of networks) {
      const own = layers[l]!;
      const found = Array.from({ length: own.inputs * own.outputs }, (_, at) => {
        const [i, o] = [Math.floor(at / own.outputs), at % own.outputs];
        return whole[(row + i) * outputs + column + o]!;
      });
      expect(Float32Array.from(found)).toEqual(stored(own));
      row += l === 0 ? 0 : own.inputs;
      column += own.outputs;
    }
  }
});

it('of one is that one', () => {
  const { networks } = drawn(EXAMPLE);
  const one: TrainedRanker = { layers: networks[0]!, metrics: { lists: 50, epochs: 2, heldOutLoss: 3 } };
  expect(committeeOf([one])).toBe(one);
});

it('tells what its members came to, on average', () => {
  const { networks } = drawn({
    ...EXAMPLE,
    members: [
      [5, 3, 1],
      [5, 3, 1],
    ],
  });
  const members = networks.map((layers, at) => ({
    layers,
    metrics: { lists: 50, epochs: 2 + at, heldOutLoss: 3 + at },
  }));
  expect(committeeOf(members).metrics).toEqual({ lists: 50, epochs: 2.5, heldOutLoss: 3.5 });
});

it('of two kinds is behind one gate, each for its own kind', () => {
  const gate = { input: 1, most: 10 };
  const [open, shut] = [0.8, -1.25];
  const { networks, rows } = drawn({
    ...EXAMPLE,
    members: [
      [5, 3, 1],
      [6, 4, 1],
      [2, 2, 1],
      [3, 1, 1],
    ],
  });
  const kinds = [networks.slice(0, 2), networks.slice(2)] as const;
  const merged = behindGate(
    [
      { layers: meanOf(kinds[0]), open, shut },
      { layers: meanOf(kinds[1]), open: shut, shut: open },
    ],
    gate,
  );
  [open, shut].forEach((value, k) => {
    const own = rows.map((one, at) => (at % EXAMPLE.inputs === gate.input ? value : one));
    const wanted = meansOf(kinds[k]!, own);
    answers(merged, own).forEach((logit, row, all) => {
      expect(logit - all[0]!).toBeCloseTo(wanted[row]! - wanted[0]!, 2);
    });
  });
});

it('has members of seeds that runs of neighbouring seeds do not have', () => {
  const seeds = [1, 2, 3, 4, 5].flatMap((seed) => [0, 1, 2, 3].map((member) => memberSeed(seed, member)));
  expect(new Set(seeds).size).toBe(20);
  expect(memberSeed(7, 0)).toBe(7);
});
