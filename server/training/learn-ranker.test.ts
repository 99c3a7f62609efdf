import { describe, expect, it } from 'vitest';
import { createRandom } from '../../models/random.ts';
import { logits } from '../../models/ranker/network.ts';
import type { RankingLists, TrainedRanker } from '../../models/ranker/train.ts';
import { decodeWeights } from '../../shared/bundle/weights.ts';
import { FEATURE_SCHEMA, FEATURES } from '../../shared/engine/features.ts';
import { loadRanker } from '../../shared/engine/ranker.ts';
import { standardise } from '../../shared/engine/ranking.ts';
import { DEFAULT_SETTINGS } from '../../shared/engine/settings.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import { wasmArithmetic } from './arithmetic.ts';
import { encodeFunnel, type RankerTensors } from './encode.ts';
import { learnRanker } from './learn-ranker.ts';
import { SHOP_SETTINGS } from './settings.ts';

const WIDTH = FEATURES.length;
const LENGTH = 8;
const TELLS = FEATURES.findIndex(({ name }) => name === 'item-price');
const OWN = { hidden: [10, 5] };
const { by } = SHOP_SETTINGS.ranker.apart!;
const settings = {
  ...SHOP_SETTINGS,
  deep: undefined,
  unread: [],
  ranker: {
    ...SHOP_SETTINGS.ranker,
    ...{ hidden: [16, 8], listLength: LENGTH, kept: LENGTH, epochs: 4, committee: 1, classesBy: undefined },
    apart: { ...OWN, by },
  },
};
const arithmetic = await wasmArithmetic();

/** Lists as the engine writes them, every other one of somebody who arrives: dear things are right there, cheap ones elsewhere. */
function lists(count: number): RankingLists {
  const random = createRandom(9);
  const values = Float32Array.from({ length: count * LENGTH * WIDTH }, () => random.next());
  for (let l = 0; l < count; l++)
    for (let c = 0; c < LENGTH; c++) {
      const at = (l * LENGTH + c) * WIDTH;
      FEATURES.forEach((feature, f) => {
        if ('whole' in feature) values[at + f] = values[l * LENGTH * WIDTH + f]!;
      });
      values[at + by] = l % 2;
      if (c === 0) values[at + TELLS] = l % 2 === 1 ? 1 : 0;
    }
  const all = new Uint32Array(count);
  return { features: WIDTH, length: LENGTH, values, real: all.slice().fill(LENGTH), right: all.fill(1) };
}

/** What is learned where validation says so of networks that are as wide as both, and what each stage has learned. */
function learned(ofBoth: number, ofOne: number) {
  const kept = new Map<string, unknown>();
  const recall = <T>(name: string, make: () => T): T => {
    const made = make();
    kept.set(name, made);
    return made;
  };
  const tools = { arithmetic, journal: { stage() {}, log() {} }, seed: 2, memory: { recall } };
  const judge = ({ layers }: RankerTensors): number =>
    layers[0]!.outputs === settings.ranker.hidden[0]! + OWN.hidden[0]! ? ofBoth : ofOne;
  return { ...learnRanker(lists(400), settings, tools, { judge })!, kept };
}

/** As a device opens what a release holds. */
function opened(ranker: RankerTensors) {
  const weights = decodeWeights(encodeFunnel(DEFAULT_SETTINGS, ranker).bytes);
  const own = { ...DEFAULT_SETTINGS, featureSchema: FEATURE_SCHEMA };
  const served = loadRanker(weights, own, { kernel: loadKernel(), kind: 'small' })!;
  return { kind: served.kind, width: weights.tensor('ranker.0.bias')!.shape, network: served.network };
}

describe('a network of their own for arrivals', () => {
  it.each([
    ['is in the one network that a device opens where it validates better', 0.3, 0.2, 16 + 10],
    ['is there where validation tells no difference', 0.199, 0.2, 16 + 10],
    ['is in none where it validates worse', 0.19, 0.2, 16],
  ])('%s', (_, ofBoth, ofOne, width) => {
    const { ranker, metrics, kept } = learned(ofBoth, ofOne);
    const isApart = width > 16;
    expect(metrics).toMatchObject({
      'validation.classes.without.ndcg@10': ofOne,
      'validation.apart.ndcg@10': ofBoth,
      'ranker.apart': isApart ? 1 : 0,
    });
    const served = opened(ranker);
    expect(served.kind).toBe('small');
    expect(served.width).toEqual([width]);
    const answering = [isApart ? 'ranker apart' : 'small ranker', 'small ranker'];
    [1, 0].forEach((arrives, at) => {
      const { values } = lists(2);
      const rows = values.slice(arrives * LENGTH * WIDTH, (arrives + 1) * LENGTH * WIDTH);
      const found = [...served.network.run(rows, LENGTH)];
      const { layers } = kept.get(answering[at]!) as TrainedRanker;
      const wanted = logits(arithmetic, layers, standardise(rows.slice(), ranker, LENGTH));
      const reach = Math.max(...wanted.map((logit) => Math.abs(logit - wanted[0]!)));
      found.forEach((logit, row) => {
        expect(Math.abs(logit - found[0]! - (wanted[row]! - wanted[0]!))).toBeLessThan(0.05 * reach);
      });
    });
  });
});
