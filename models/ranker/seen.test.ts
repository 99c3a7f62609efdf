import { describe, expect, it } from 'vitest';
import { plainArithmetic } from '../arithmetic.ts';
import { createRandom } from '../random.ts';
import { DEFAULT_DEEP, trainDeep } from './deep/train.ts';
import { createLayers, listwiseGradients, logits } from './network.ts';
import { drawSeen } from './seen.ts';
import { DEFAULT_RANKER, type RankingLists, trainRanker } from './train.ts';

/** Slates of two to five, padded to eight, of which the first was chosen: it has the larger of two features. */
function slates(count: number): RankingLists {
  const random = createRandom(4);
  const length = 8;
  const values = new Float32Array(count * length * 2).fill(7);
  const real = Uint32Array.from({ length: count }, () => 2 + random.below(4));
  real.forEach((rows, list) => {
    for (let c = 0; c < rows; c++) {
      const at = (list * length + c) * 2;
      values[at] = random.normal();
      values[at + 1] = (c === 0 ? 1 : 0) + 0.3 * random.normal();
    }
  });
  const worth = new Float32Array(count * length).fill(1);
  const right = new Uint32Array(count).fill(1);
  return { features: 2, length, values, real, right, seen: { isSeen: new Uint8Array(count).fill(1), worth } };
}

describe('a slate as it was seen', () => {
  it('is drawn whole, once each, and weighs by what was chosen of it', () => {
    const lists = { ...slates(3), real: Uint32Array.of(3, 3, 3), right: Uint32Array.of(2, 1, 1) };
    lists.seen!.worth.set([5, 1]);
    const drawn = drawSeen(lists, 0, 5)!;
    expect([...drawn.at]).toEqual([0, 1, 2, 2, 2]);
    expect([...drawn.shut]).toEqual([0, 0, 0, -1e9, -1e9]);
    expect(drawn.truth[0]! / drawn.truth[1]!).toBeCloseTo(5);
    expect([...drawn.truth.subarray(2)]).toEqual([0, 0, 0]);
    const { seen, ...plain } = lists;
    expect(drawSeen(plain, 0, 5)).toBeUndefined();
    expect(drawSeen({ ...plain, seen: { ...seen!, isSeen: new Uint8Array(3) } }, 0, 5)).toBeUndefined();
  });

  it('padded is the same to the loss and its slopes as it is without padding', () => {
    const random = createRandom(5);
    const layers = createLayers([2, 4, 1], random);
    const features = Float32Array.from({ length: 3 * 2 }, () => random.normal());
    const short = { features, lists: 1, length: 3, truth: Float32Array.of(1, 0, 0) };
    const padded = {
      ...{ features: Float32Array.of(...features, ...features.subarray(4)), lists: 1, length: 4 },
      ...{ truth: Float32Array.of(1, 0, 0, 0), shut: Float32Array.of(0, 0, 0, -1e9) },
    };
    const one = listwiseGradients(plainArithmetic, layers, short);
    const other = listwiseGradients(plainArithmetic, layers, padded);
    expect(other.loss).toBeCloseTo(one.loss, 6);
    one.weights.forEach((slopes, l) => {
      slopes.forEach((slope, at) => {
        expect(other.weights[l]![at]!).toBeCloseTo(slope, 6);
      });
    });
  });

  it('teaches both rankers, whose padding teaches nothing', () => {
    const tools = { arithmetic: plainArithmetic, journal: { stage() {}, log() {} } };
    const small = trainRanker(
      slates(300),
      { ...DEFAULT_RANKER, hidden: [8, 4], epochs: 10, batch: 16, rate: 0.01, seed: 1 },
      tools,
    )!;
    const [right, wrong] = logits(plainArithmetic, small.layers, Float32Array.of(0, 1, 0, 0));
    expect(right! - wrong!).toBeGreaterThan(2);
    const deep = trainDeep(
      slates(300),
      {
        ...{ ...DEFAULT_DEEP, hidden: [16, 8], leastLists: 50, epochs: 25, batch: 16, dropout: 0.1 },
        ...{ rate: 5e-3, seed: 1, vocabularies: [] },
      },
      tools,
    )!;
    expect(deep.metrics.heldOutLoss).toBeLessThan(0.4);
  });
});
