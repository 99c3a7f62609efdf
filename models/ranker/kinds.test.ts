import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeWeights, encodeWeights } from '../../shared/bundle/weights.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import { plainArithmetic } from '../arithmetic.ts';
import { createRandom } from '../random.ts';
import { behindGate } from './apart.ts';
import { type Addition, withAdditions } from './kinds.ts';
import { meanOf } from './merge.ts';
import { createLayers, type Layer, logits } from './network.ts';

const INPUTS = 9;
const ROWS = 40;
/** Three kinds, one of them rare; one that adds nothing. */
const KINDS: readonly Addition[] = [
  { input: 2, on: 0.7, off: -1.4, adds: 3.5 },
  { input: 3, on: 1.4, off: -0.7, adds: -4.25 },
  { input: 5, on: 10, off: -0.02, adds: 0.6 },
  { input: 6, on: 2, off: -0.5, adds: 0 },
];

/** Trained networks are like this: a last layer of other weights than the first, no bias 0. */
function drawn(sizes: readonly number[], seed: number): Layer[] {
  const random = createRandom(seed);
  return createLayers(sizes, random).map((layer) => ({
    ...layer,
    weights: layer.weights.map((weight) => 3 * weight),
    bias: layer.bias.map(() => random.normal()),
  }));
}

/** Rows of one question, which is of these kinds. */
function question(of: readonly number[], seed: number): Float32Array {
  const random = createRandom(seed);
  const values = Float32Array.from({ length: ROWS * INPUTS }, () => random.normal());
  KINDS.forEach(({ input, on, off }, kind) => {
    for (let row = 0; row < ROWS; row++) values[row * INPUTS + input] = of.includes(kind) ? on : off;
  });
  return values;
}

/** As a bundle holds them. */
const stored = (layers: readonly Layer[]): Layer[] =>
  layers.map((layer) => {
    const { inputs, outputs, weights, scale } = layer;
    const tensor = {
      shape: [inputs, outputs],
      values: weights,
      type: 'i8',
      scale: scale ?? 'column',
    } as const;
    const { values } = decodeWeights(encodeWeights({ settings: {}, tensors: { tensor } })).tensor('tensor')!;
    return { ...layer, weights: values };
  });

/** As a device computes them. */
function served(layers: readonly Layer[], rows: Float32Array): Float32Array {
  const last = layers.length - 1;
  const network = loadKernel({ build: 'js' }).network({
    dense: INPUTS,
    layers: layers.map((layer, l) => ({ ...layer, activation: l === last ? 'none' : 'relu' })),
  });
  return network.run(rows, rows.length / INPUTS).slice();
}

const committee = (): readonly Layer[] => meanOf([1, 2, 3].map((seed) => drawn([INPUTS, 8, 4, 1], seed)));
const networks: readonly (readonly [string, () => readonly Layer[]])[] = [
  ['one hidden layer', () => drawn([INPUTS, 7, 1], 4)],
  ['three hidden layers', () => drawn([INPUTS, 7, 5, 3, 1], 5)],
  ['a committee', committee],
  [
    'a committee beside a network apart',
    () => {
      const parts = [
        { layers: committee(), open: 0.7, shut: -1.4 },
        { layers: drawn([INPUTS, 6, 4, 1], 6), open: -1.4, shut: 0.7 },
      ] as const;
      return behindGate(parts, { input: KINDS[0]!.input, most: 10 });
    },
  ],
];

describe('what kinds of questions add to logits', () => {
  it.each(networks)('is in the network, as integers too: %s', (_, make) => {
    const layers = make();
    const more = withAdditions(layers, KINDS);
    for (const of of [[], [0], [1], [2], [0, 2], [3]]) {
      const rows = question(of, 20 + of.length);
      const added = of.reduce((sum, kind) => sum + KINDS[kind]!.adds, 0);
      for (const form of [(own: readonly Layer[]) => own, stored]) {
        const before = logits(plainArithmetic, form(layers), rows);
        const reach = Math.max(...before.map(Math.abs));
        logits(plainArithmetic, form(more), rows).forEach((logit, row) => {
          expect(Math.abs(logit - before[row]! - added)).toBeLessThan(1e-5 * Math.max(100, reach));
        });
      }
    }
  });

  it.each(networks)('changes none of the integers of the others: %s', (_, make) => {
    const layers = make();
    const [before, after] = [layers, withAdditions(layers, KINDS)].map(stored);
    before!.forEach(({ inputs, outputs, weights, bias }, l) => {
      const wide = after![l]!;
      for (let i = 0; i < inputs; i++)
        for (let o = 0; o < outputs; o++)
          expect(wide.weights[i * wide.outputs + o]).toBe(weights[i * outputs + o]);
      expect(wide.bias.subarray(0, outputs)).toEqual(bias);
    });
  });

  it('never changes the order of a slate on a device, whatever is added', () => {
    const shape = fc.record({
      which: fc.nat(networks.length - 1),
      of: fc.subarray([0, 1, 2, 3]),
      adds: fc.array(fc.double({ min: -12, max: 12, noNaN: true }), { minLength: 4, maxLength: 4 }),
      seed: fc.nat(1000),
    });
    fc.assert(
      fc.property(shape, ({ which, of, adds, seed }) => {
        const layers = networks[which]![1]();
        const additions = KINDS.map((kind, at) => ({ ...kind, adds: adds[at]! }));
        const rows = question(of, seed);
        const before = served(stored(layers), rows);
        const after = served(stored(withAdditions(layers, additions)), rows);
        const ranked = [...before.keys()].sort((a, b) => before[b]! - before[a]!);
        // Floats may make two places equal, never turn them around.
        for (let place = 1; place < ROWS; place++)
          expect(after[ranked[place]!]!).toBeLessThanOrEqual(after[ranked[place - 1]!]!);
      }),
      { numRuns: 150 },
    );
  });

  it('costs nothing where nothing is added, and a unit a layer where something is', () => {
    const layers = committee();
    expect(withAdditions(layers, [KINDS[3]!])).toBe(layers);
    const widths = withAdditions(layers, KINDS).map(({ outputs }) => outputs);
    expect(widths).toEqual([24 + 3, 12 + 3, 1]);
  });
});
