import { describe, expect, it } from 'vitest';
import { plainArithmetic } from '../../arithmetic.ts';
import { createRandom } from '../../random.ts';
import { calibrated } from '../calibration.ts';
import type { RankingLists } from '../train.ts';
import { type FoldedDeep, fold } from './fold.ts';
import { backward, createDeep, forward, parametersOf } from './network.ts';
import { DEFAULT_DEEP, trainDeep } from './train.ts';

const quiet = { stage() {}, log() {} };

/** The folded network by plain loops. */
function used(network: FoldedDeep, features: Float32Array, categories: readonly number[]): number {
  let x = [
    ...features,
    ...network.embeddings.flatMap((values, k) => [
      ...values.subarray(categories[k]! * network.dims, (categories[k]! + 1) * network.dims),
    ]),
  ];
  network.layers.forEach((layer, l) => {
    x = Array.from({ length: layer.outputs }, (_, o) => {
      const sum = x.reduce(
        (total, value, i) => total + value * layer.weights[i * layer.outputs + o]!,
        layer.bias[o]!,
      );
      return l === network.layers.length - 1 ? sum : Math.max(0, sum);
    });
  });
  return x[0]!;
}

describe('the deep ranker', () => {
  const random = createRandom(3);
  const shape = { dense: 3, vocabularies: [4, 2], dims: 2, hidden: [6, 5] };
  const rows = {
    features: Float32Array.from({ length: 8 * 3 }, () => random.normal()),
    categories: Uint16Array.from({ length: 8 * 2 }, (_, at) => random.below(at % 2 === 0 ? 4 : 2)),
  };
  const towards = Float32Array.from({ length: 8 }, () => random.normal());

  it('goes back through vectors, normalisation, ReLU and layers as numeric slopes do', () => {
    const network = createDeep(shape, createRandom(5));
    const value = (): number =>
      forward(plainArithmetic, network, rows, { share: 0, random }).logits.reduce(
        (sum, logit, i) => sum + logit * towards[i]!,
        0,
      );
    const way = forward(plainArithmetic, network, rows, { share: 0, random });
    const slopes = backward(plainArithmetic, network, { rows, way, slope: towards.slice() });
    parametersOf(network).forEach((values, p) => {
      for (let at = 0; at < values.length; at++) {
        const kept = values[at]!;
        values[at] = kept + 2e-3;
        const above = value();
        values[at] = kept - 2e-3;
        const below = value();
        values[at] = kept;
        expect(slopes[p]![at]!, `parameter ${p}, ${at}`).toBeCloseTo((above - below) / 4e-3, 2);
      }
    });
  });

  it('folded into plain layers answers what the network in use answers, calibrated', () => {
    const network = createDeep(shape, createRandom(6));
    for (let step = 0; step < 20; step++) forward(plainArithmetic, network, rows, { share: 0.3, random });
    const plain = fold(network);
    const folded = { ...plain, layers: calibrated(plain.layers, { slope: 1.7, intercept: -0.4 }) };
    const { logits } = forward(plainArithmetic, network, rows);
    logits.forEach((logit, r) => {
      const own = used(folded, rows.features.subarray(r * 3, r * 3 + 3), [
        ...rows.categories.subarray(r * 2, r * 2 + 2),
      ]);
      expect(own).toBeCloseTo(1.7 * logit - 0.4, 4);
    });
  });
});

const settings = {
  ...DEFAULT_DEEP,
  hidden: [24, 12],
  dims: 4,
  listLength: 8,
  leastLists: 50,
  batch: 20,
  epochs: 20,
  rate: 5e-3,
  dropout: 0.1,
  warmUp: 10,
  seed: 1,
};
const tools = { arithmetic: plainArithmetic, journal: quiet };

/** Lists of eight: what is right depends on two categories at once, which no sum of the two can tell. */
function crossed(count: number): RankingLists {
  const random = createRandom(9);
  const length = 8;
  const values = Float32Array.from({ length: count * length * 2 }, () => random.normal());
  const categories = new Uint16Array(count * length * 2);
  for (let l = 0; l < count; l++) {
    const asked = random.below(2);
    for (let c = 0; c < length; c++) {
      const at = (l * length + c) * 2;
      categories[at] = asked;
      categories[at + 1] = c === 0 ? asked : 1 - asked;
    }
  }
  const each = (value: number) => new Uint32Array(count).fill(value);
  return { features: 2, length, values, categories, real: each(length), right: each(1) };
}

describe('training the deep ranker', () => {
  it('learns what two categories say together', () => {
    const trained = trainDeep(crossed(300), { ...settings, vocabularies: [2, 2] }, tools)!;
    expect(trained.metrics.heldOutLoss).toBeLessThan(0.2);
    const nothing = new Float32Array(2);
    for (const asked of [0, 1])
      expect(used(trained.network, nothing, [asked, asked])).toBeGreaterThan(
        used(trained.network, nothing, [asked, 1 - asked]) + 1,
      );
  });

  it('leaves the units that lists open most often first', () => {
    const lists = crossed(300);
    const { network } = trainDeep(lists, { ...settings, vocabularies: [2, 2] }, tools)!;
    const [{ outputs, weights, bias }] = network.layers as [FoldedDeep['layers'][number]];
    const busy = new Array<number>(outputs).fill(0);
    for (let row = 0; row < lists.values.length / 2; row++) {
      const x = [
        ...lists.values.subarray(2 * row, 2 * row + 2),
        ...network.embeddings.flatMap((vectors, k) => {
          const category = lists.categories![2 * row + k]!;
          return [...vectors.subarray(category * network.dims, (category + 1) * network.dims)];
        }),
      ];
      for (let o = 0; o < outputs; o++)
        if (x.reduce((sum, value, i) => sum + value * weights[i * outputs + o]!, bias[o]!) > 0) busy[o]!++;
    }
    const sum = (some: number[]) => some.reduce((total, one) => total + one, 0);
    expect(sum(busy.slice(0, 8))).toBeGreaterThan(sum(busy.slice(8, 16)));
    expect(sum(busy.slice(8, 16))).toBeGreaterThan(sum(busy.slice(16)));
  });

  it('is the same for the same seed, and has too little to say from a few lists', () => {
    const short = { ...settings, epochs: 2, vocabularies: [2, 2] };
    const layers = (seed: number) => trainDeep(crossed(80), { ...short, seed }, tools)!.network.layers;
    expect(layers(1)).toEqual(layers(1));
    expect(layers(2)).not.toEqual(layers(1));
    expect(trainDeep(crossed(30), short, tools)).toBeUndefined();
  });

  it('learns the cost of a place apart from the item, from clicks of known bias', () => {
    const { lists, places } = clicks(1200);
    const trained = trainDeep(lists, { ...settings, epochs: 25, vocabularies: [] }, tools)!;
    const logit = (worth: number, place: number) => used(trained.network, Float32Array.of(worth, place), []);
    // An item's worth is what it is worth in the same place, whatever the places that it was clicked in.
    expect(logit(1, 0) - logit(-1, 0)).toBeGreaterThan(1.2);
    expect(logit(0, 0) - logit(0, places.at(-1)!)).toBeGreaterThan(1);
    // Without places the worst items, which were shown on top, look best.
    const blind = { ...lists, values: lists.values.map((value, at) => (at % 2 === 1 ? 0 : value)) };
    const fooled = trainDeep(blind, { ...settings, epochs: 25, vocabularies: [] }, tools)!;
    const fooledLogit = (worth: number) => used(fooled.network, Float32Array.of(worth, 0), []);
    expect(fooledLogit(1) - fooledLogit(-1)).toBeLessThan((logit(1, 0) - logit(-1, 0)) / 2);
  });
});

/** Slates of six, mostly worst first, whose clicks follow worth and a known cost of each place. */
function clicks(count: number): { lists: RankingLists; places: number[] } {
  const random = createRandom(12);
  const length = 6;
  const places = Array.from({ length }, (_, place) => Math.log(1 + place));
  const values = new Float32Array(count * length * 2);
  for (let l = 0; l < count; l++) {
    const worths = Array.from({ length }, () => random.normal());
    if (random.next() < 0.8) worths.sort((a, b) => a - b);
    const odds = worths.map((worth, place) => Math.exp(worth - 1.5 * places[place]!));
    let point = random.next() * odds.reduce((sum, value) => sum + value, 0);
    let clicked = 0;
    while (clicked < length - 1 && point >= odds[clicked]!) point -= odds[clicked++]!;
    const order = [clicked, ...Array.from({ length }, (_, at) => at).filter((at) => at !== clicked)];
    order.forEach((at, c) => {
      values[(l * length + c) * 2] = worths[at]!;
      values[(l * length + c) * 2 + 1] = places[at]!;
    });
  }
  const each = (value: number) => new Uint32Array(count).fill(value);
  return { lists: { features: 2, length, values, real: each(length), right: each(1) }, places };
}
