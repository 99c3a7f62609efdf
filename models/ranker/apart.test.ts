import { describe, expect, it } from 'vitest';
import { decodeWeights, encodeWeights } from '../../shared/bundle/weights.ts';
import { plainArithmetic } from '../arithmetic.ts';
import { createRandom } from '../random.ts';
import { behindGate, joinApart, kindOf } from './apart.ts';
import { createLayers, type Layer, logits } from './network.ts';
import { DEFAULT_RANKER, type RankingLists, trainRanker } from './train.ts';

const FEATURES = 4;
const GATE = { input: 1, most: 10 };
const ARRIVES = 0.8;
const COMPLETES = -1.25;
const tools = { arithmetic: plainArithmetic, journal: { stage() {}, log() {} } };

const random = createRandom(5);
const bold = (layers: Layer[]): Layer[] =>
  layers.map((layer) => ({
    ...layer,
    weights: layer.weights.map((weight) => 3 * weight + 0.1),
    bias: layer.bias.map(() => random.normal()),
  }));
const parts = [
  bold(createLayers([FEATURES, 6, 4, 1], random)),
  bold(createLayers([FEATURES, 5, 3, 1], random)),
];
const joined = behindGate(
  [
    { layers: parts[0]!, open: ARRIVES, shut: COMPLETES },
    { layers: parts[1]!, open: COMPLETES, shut: ARRIVES },
  ],
  GATE,
);

/** Rows of one kind, as far out as z-scores go. */
const rows = (gate: number): Float32Array =>
  Float32Array.from({ length: 12 * FEATURES }, (_, at) =>
    at % FEATURES === GATE.input ? gate : Math.max(-10, Math.min(10, 6 * random.normal())),
  );

/** What every candidate gets alike orders nothing. */
const apart = (values: Float32Array): number[] => [...values].map((value) => value - values[0]!);

describe('two networks side by side', () => {
  it.each([
    ['the first', ARRIVES, parts[0]!],
    ['the second', COMPLETES, parts[1]!],
  ])('are %s where its gate is open', (_, gate, own) => {
    const values = rows(gate);
    const wanted = apart(logits(plainArithmetic, own, values));
    apart(logits(plainArithmetic, joined, values)).forEach((value, at) => {
      expect(value).toBeCloseTo(wanted[at]!, 2);
    });
    expect(Math.max(...wanted) - Math.min(...wanted)).toBeGreaterThan(1);
  });

  it('stay apart as integers, of which the gate takes no room from others', () => {
    const [first] = joined as [Layer];
    const { inputs, outputs, weights, scale } = first;
    const stored = encodeWeights({
      settings: {},
      tensors: { first: { shape: [inputs, outputs], values: weights, type: 'i8', scale: scale! } },
    });
    const { values } = decodeWeights(stored).tensor('first')!;
    const rounded = [{ ...first, weights: values }, ...joined.slice(1)];
    for (const [gate, own] of [
      [ARRIVES, parts[0]!],
      [COMPLETES, parts[1]!],
    ] as const) {
      const near = rows(gate).map((value, at) => (at % FEATURES === GATE.input ? value : value / 10));
      const wanted = apart(logits(plainArithmetic, own, near));
      const reach = Math.max(...wanted) - Math.min(...wanted);
      apart(logits(plainArithmetic, rounded, near)).forEach((value, at) => {
        expect(Math.abs(value - wanted[at]!)).toBeLessThan(0.1 * reach);
      });
    }
  });
});

/** Who arrives wants the largest third feature, who completes a cart the smallest. */
function lists(count: number, seed: number): RankingLists {
  const draw = createRandom(seed);
  const length = 6;
  const values = Float32Array.from({ length: count * length * FEATURES }, () => draw.normal());
  for (let l = 0; l < count; l++)
    for (let c = 0; c < length; c++) {
      const at = (l * length + c) * FEATURES;
      values[at + GATE.input] = l % 3 === 0 ? COMPLETES : ARRIVES;
      if (c === 0) values[at + 2] = l % 3 === 0 ? -6 : 6;
    }
  const all = new Uint32Array(count);
  return { features: FEATURES, length, values, real: all.slice().fill(length), right: all.fill(1) };
}

describe('a kind of lists with a network of its own', () => {
  const settings = { ...DEFAULT_RANKER, hidden: [8, 4], batch: 16, epochs: 12, rate: 1e-2, seed: 3 };

  it('is ranked by that, the others by what all taught, in one network', () => {
    const taught = lists(400, 1);
    const all = trainRanker(taught, settings, tools)!;
    const kind = kindOf(taught, GATE)!;
    const own = trainRanker(kind.lists, { ...settings, hidden: [6, 4] }, tools)!;
    const { layers, metrics } = joinApart({ own, all }, kind, GATE);
    expect(layers.map(({ inputs, outputs }) => [inputs, outputs])).toEqual([
      [FEATURES, 14],
      [14, 8],
      [8, 1],
    ]);
    expect(metrics).toMatchObject({ lists: 400, ownLists: taught.real.length - Math.ceil(400 / 3) });
    const { values, length } = lists(60, 2);
    for (let l = 0; l < 60; l++) {
      const own = values.subarray(l * length * FEATURES, (l + 1) * length * FEATURES);
      const found = apart(logits(plainArithmetic, layers, own));
      if (l % 3 > 0) expect(found.indexOf(Math.max(...found))).toBe(0);
      else
        apart(logits(plainArithmetic, all.layers, own)).forEach((value, at) => {
          expect(found[at]).toBeCloseTo(value, 3);
        });
    }
  });

  it('has none where there are no others, or none of it', () => {
    for (const value of [ARRIVES, COMPLETES]) {
      const one = lists(100, 1);
      for (let at = GATE.input; at < one.values.length; at += FEATURES) one.values[at] = value;
      expect(kindOf(one, GATE)).toBeUndefined();
    }
  });
});
