import { describe, expect, it } from 'vitest';
import { plainArithmetic } from '../arithmetic.ts';
import { createRandom } from '../random.ts';
import { rankerCard } from './card.ts';
import { classWeights } from './classes.ts';
import { createLayers, type Layer, type ListBatch, listwiseGradients, logits } from './network.ts';
import { DEFAULT_RANKER, moments, type RankingLists, trainRanker } from './train.ts';

const FEATURES = 3;

/** Twice a list of four; ReLU kinks are away from the points, so that differences are slopes. */
function batch(): { layers: Layer[]; lists: ListBatch } {
  const random = createRandom(11);
  const layers = createLayers([FEATURES, 5, 4, 1], random).map((layer) => ({
    ...layer,
    weights: layer.weights.map((w) => w * 3),
    bias: layer.bias.map(() => 0.3),
  }));
  const features = Float32Array.from({ length: 2 * 4 * FEATURES }, () => random.normal());
  const mask = Float32Array.from({ length: 8 * 5 }, (_, at) => (at % 7 === 0 ? 0 : 1.25));
  return {
    layers,
    lists: { features, lists: 2, length: 4, truth: Float32Array.of(0, 1, 0, 0, 0.7, 0, 0, 0.7), mask },
  };
}

describe("the ranker's network", () => {
  it('has the slopes that small steps of every weight show', () => {
    const { layers, lists } = batch();
    const exact = listwiseGradients(plainArithmetic, layers, lists);
    const lossWith = (l: number, part: 'weights' | 'bias', at: number, step: number): number => {
      const moved = layers.map((layer, index) => {
        if (index !== l) return layer;
        const values = layer[part].slice();
        values[at]! += step;
        return { ...layer, [part]: values };
      });
      return listwiseGradients(plainArithmetic, moved, lists).loss;
    };
    layers.forEach((layer, l) => {
      for (const part of ['weights', 'bias'] as const)
        layer[part].forEach((_, at) => {
          const slope = (lossWith(l, part, at, 2e-3) - lossWith(l, part, at, -2e-3)) / 4e-3;
          expect(exact[part][l]![at]!).toBeCloseTo(slope, 2);
        });
    });
  });
});

/** The right candidates are those with the largest second feature; the others are noise, the third never varies. */
function lists(count: number, seed: number, right = 1): RankingLists {
  const random = createRandom(seed);
  const length = 8;
  const values = new Float32Array(count * length * FEATURES);
  for (let l = 0; l < count; l++)
    for (let c = 0; c < length; c++) {
      const at = (l * length + c) * FEATURES;
      values[at] = random.normal();
      values[at + 1] = c < right ? 2 + random.next() : random.normal() * 0.5;
    }
  return {
    features: FEATURES,
    length,
    values,
    real: new Uint32Array(count).fill(length),
    right: new Uint32Array(count).fill(right),
  };
}

const quiet = { stage() {}, log() {} };
const settings = { ...DEFAULT_RANKER, hidden: [8, 4], epochs: 6, batch: 16, rate: 0.01, seed: 1 };
const tools = { arithmetic: plainArithmetic, journal: quiet };

describe('ranker', () => {
  it('learns which feature decides', () => {
    const trained = trainRanker(lists(300, 2), settings, tools)!;
    const fresh = lists(50, 9);
    let right = 0;
    for (let l = 0; l < 50; l++) {
      const scores = logits(
        plainArithmetic,
        trained.layers,
        fresh.values.subarray(l * 8 * FEATURES, (l + 1) * 8 * FEATURES),
      );
      if (scores.every((score, c) => c === 0 || score < scores[0]!)) right++;
    }
    expect(right).toBe(50);
    expect(rankerCard(trained, settings, 1).metrics).toMatchObject({ lists: 300 });
  });

  it('learns from lists with several right ones, of which all come first', () => {
    const trained = trainRanker(lists(200, 2, 3), settings, tools)!;
    const fresh = lists(1, 9, 3);
    const scores = logits(plainArithmetic, trained.layers, fresh.values);
    expect(Math.min(...scores.subarray(0, 3))).toBeGreaterThan(Math.max(...scores.subarray(3)));
  });

  it('is the same for the same seed, and not trained on next to nothing', () => {
    expect(trainRanker(lists(80, 2), settings, tools)).toEqual(trainRanker(lists(80, 2), settings, tools));
    expect(trainRanker(lists(20, 2), settings, tools)).toBeUndefined();
  });

  it('says of a feature that never varies that it has no deviation', () => {
    const { means, deviations } = moments(lists(100, 3));
    expect(deviations[2]).toBe(0);
    expect(means[2]).toBe(0);
    expect(deviations[1]).toBeGreaterThan(0.5);
  });
});

describe('class weights', () => {
  /** Nine lists of class 0 to one of class 1; their classes want opposite features. */
  function mixed(): RankingLists {
    const count = 600;
    const [length, width] = [4, 2];
    const random = createRandom(2);
    const made = {
      values: new Float32Array(count * length * width),
      categories: new Uint16Array(count * length),
      real: new Uint32Array(count).fill(length),
      right: new Uint32Array(count).fill(1),
    };
    for (let l = 0; l < count; l++) {
      const rare = l % 10 === 0;
      made.categories.fill(rare ? 1 : 0, l * length, (l + 1) * length);
      for (let c = 0; c < length; c++) {
        const at = (l * length + c) * width;
        const sign = (c === 0 ? 1 : -1) * (rare ? -1 : 1);
        made.values[at] = sign + 0.3 * random.normal();
        made.values[at + 1] = rare ? 0.2 : 0;
      }
    }
    return { features: width, length, ...made };
  }

  it('are the root of how rare a class is, and 1 where nobody tells classes apart', () => {
    const all = Uint32Array.from({ length: 600 }, (_, i) => i);
    const weights = classWeights(mixed(), all, 0);
    expect([weights[0], weights[1]]).toEqual([Math.fround(Math.sqrt(5)), Math.fround(Math.sqrt(5 / 9))]);
    expect(new Set(classWeights(mixed(), all, undefined))).toEqual(new Set([1]));
  });

  it('make the rare class count for more in what is learned', () => {
    /** How far the right one of a rare list is above the others, in the mean. */
    const lead = (classesBy: number | undefined): number => {
      const own = mixed();
      const few = { ...settings, dropout: 0, epochs: 4, classesBy };
      const { layers } = trainRanker(own, few, tools)!;
      const all = logits(plainArithmetic, layers, own.values);
      let sum = 0;
      for (let l = 0; l < own.real.length; l += 10)
        sum += all[4 * l]! - (all[4 * l + 1]! + all[4 * l + 2]! + all[4 * l + 3]!) / 3;
      return sum;
    };
    expect(lead(0)).toBeGreaterThan(lead(undefined));
  });
});
