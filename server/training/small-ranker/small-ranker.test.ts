import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../models/random.ts';
import { memberSeed } from '../../../models/ranker/committee.ts';
import { logits } from '../../../models/ranker/network.ts';
import {
  DEFAULT_RANKER,
  type RankerSettings,
  type RankingLists,
  type TrainedRanker,
  trainRanker,
} from '../../../models/ranker/train.ts';
import { createClaims, STATES } from '../ahead/claims.ts';
import { wasmArithmetic } from '../arithmetic.ts';
import type { TrainingTools } from '../sources.ts';
import { startCommittee } from './committee.ts';
import { type Chosen, chooseWay, onlyLessons, type Way } from './ways.ts';

const FEATURES = 5;
const GATE = { input: 1, most: 10 };
const arithmetic = await wasmArithmetic();
const settings: RankerSettings = {
  ...DEFAULT_RANKER,
  ...{ hidden: [8, 4], listLength: 6, batch: 16, epochs: 3, committee: 3 },
  apart: { by: 1, hidden: [6, 3] },
};

/**
 * The right one has more of the third feature in one kind of lists, less in the other; the fourth and fifth say a little. A list
 * in four is of a rarer class.
 */
function lists(count: number): RankingLists {
  const random = createRandom(4);
  const length = 6;
  const values = Float32Array.from({ length: count * length * FEATURES }, () => random.normal());
  for (let l = 0; l < count; l++)
    for (let c = 0; c < length; c++) {
      const at = (l * length + c) * FEATURES;
      values[at + GATE.input] = l % 2 === 0 ? 1 : -1;
      if (c === 0) values[at + 2] = l % 2 === 0 ? 1.5 : -1.5;
    }
  const all = new Uint32Array(count);
  const categories = Uint16Array.from({ length: count * length }, (_, at) =>
    at % (4 * length) < length ? 1 : 0,
  );
  return {
    features: FEATURES,
    length,
    values,
    categories,
    real: all.slice().fill(length),
    right: all.fill(1),
  };
}
const taught = lists(240);

/** Stages that are kept; making one that is not allowed stops the run. */
function memory(kept = new Map<string, unknown>(), isAllowed: (name: string) => boolean = () => true) {
  return {
    kept,
    has: (name: string) => kept.has(name),
    recall<T>(name: string, make: () => T): T {
      if (kept.has(name)) return kept.get(name) as T;
      if (!isAllowed(name)) throw new Error(`stopped in ${name}`);
      const made = make();
      kept.set(name, made);
      return made;
    },
  };
}

const toolsWith = (given?: TrainingTools['memory']): TrainingTools => ({
  ...{ arithmetic, journal: { stage() {}, log() {} }, seed: 5 },
  ...(given ? { memory: given } : {}),
});

/** Of two ways the wider is taken, whatever it says. */
const judge = ({ layers }: TrainedRanker): number => layers[0]!.outputs;

const choose = (tools = toolsWith(), by = settings) =>
  chooseWay(taught, by, tools, { gate: GATE, judge })!.way;
const ONE_CORE = { cores: 1 };
const finish = (way: Way, tools = toolsWith()) => startCommittee(way.lessons, tools, ONE_CORE).finish(way);

interface Figures {
  readonly even: number;
  readonly weighed: number;
  readonly apart: number;
}

/** What is chosen where the ways come to these figures, whatever they have learned. */
function chosenBy({ even, weighed, apart }: Figures, by: RankerSettings, gate = true): Chosen {
  const kept = memory();
  const says = (trained: TrainedRanker): number => {
    if (trained === kept.kept.get('small ranker')) return even;
    return trained === kept.kept.get('weighed ranker') ? weighed : apart;
  };
  return chooseWay(taught, by, toolsWith(kept), { gate: gate ? GATE : undefined, judge: says })!;
}

describe('the way to teach', () => {
  const one = { ...settings, committee: 1, classesBy: 0 };
  const { apart: own } = settings;
  const NETWORKS = { even: 'small ranker', weighed: 'weighed ranker', own: 'ranker apart' };

  it.each([
    ['none of them', { even: 0.2, weighed: 0.19, apart: 0.18 }, [NETWORKS.even]],
    [
      'too little for weights, too much lost for a network apart',
      { even: 0.2, weighed: 0.2019, apart: 0.1979 },
      [NETWORKS.even],
    ],
    ['weights', { even: 0.2, weighed: 0.2021, apart: 0.2 }, [NETWORKS.weighed]],
    [
      'weights, a network apart only where they are not',
      { even: 0.2, weighed: 0.22, apart: 0.21 },
      [NETWORKS.weighed],
    ],
    ['a network apart', { even: 0.2, weighed: 0.2019, apart: 0.2001 }, [NETWORKS.even, NETWORKS.own]],
    [
      'a network apart where validation tells no difference',
      { even: 0.2, weighed: 0.2019, apart: 0.1981 },
      [NETWORKS.even, NETWORKS.own],
    ],
    ['both', { even: 0.2, weighed: 0.21, apart: 0.211 }, [NETWORKS.weighed, NETWORKS.own]],
  ])('is what validates better: %s', (_, figures, networks) => {
    const { way, weighs, metrics } = chosenBy(figures, one);
    const [isWeighed, isApart] = [NETWORKS.weighed, NETWORKS.own].map((name) => networks.includes(name));
    expect(way.lessons.map(({ name }) => name)).toEqual(networks);
    expect(weighs).toBe(isWeighed);
    expect(way.by.classesBy).toBe(isWeighed ? 0 : undefined);
    expect(way.by.apart).toBe(isApart ? own : undefined);
    expect(way.lessons.map(({ settings: by }) => by.classesBy)).toEqual(
      [isWeighed ? 0 : undefined, undefined].slice(0, networks.length),
    );
    expect(finish(way).layers.map(({ outputs }) => outputs)).toEqual(isApart ? [8 + 6, 4 + 3, 1] : [8, 4, 1]);
    expect(metrics).toEqual({
      'validation.classes.without.ndcg@10': figures.even,
      'validation.classes.with.ndcg@10': figures.weighed,
      'classes.weighed': isWeighed ? 1 : 0,
      'validation.apart.ndcg@10': figures.apart,
      'ranker.apart': isApart ? 1 : 0,
    });
  });

  it('is not tried where settings, or the lists, leave it out', () => {
    const best = { even: 0.1, weighed: 0.3, apart: 0.2 };
    const told = (by: RankerSettings, gate?: boolean) => Object.keys(chosenBy(best, by, gate).metrics);
    expect(told({ ...one, classesBy: undefined })).toEqual([
      ...['validation.classes.without.ndcg@10', 'validation.apart.ndcg@10', 'ranker.apart'],
    ]);
    const weights = [
      'validation.classes.without.ndcg@10',
      'validation.classes.with.ndcg@10',
      'classes.weighed',
    ];
    expect(told({ ...one, apart: undefined })).toEqual(weights);
    expect(told(one, false)).toEqual(weights);
  });

  it('is not judged where there is but one', () => {
    const only = { ...one, classesBy: undefined, apart: undefined };
    const judge = (): number => {
      throw new Error('asked');
    };
    const { way, ...chosen } = chooseWay(taught, only, toolsWith(), { gate: GATE, judge })!;
    expect(way.lessons.map(({ name }) => name)).toEqual([NETWORKS.even]);
    expect(chosen).toEqual({ weighs: false, metrics: {} });
  });
});

describe('a committee', () => {
  it('is the mean of networks that each seed alone teaches, for each kind of lists', () => {
    const way = choose(undefined, { ...settings, apart: undefined });
    const { layers, metrics } = finish(way);
    const members = [0, 1, 2].map((member) => {
      return trainRanker(taught, { ...settings, seed: memberSeed(5, member) }, toolsWith())!;
    });
    const each = members.map((member) => logits(arithmetic, member.layers, taught.values));
    logits(arithmetic, layers, taught.values).forEach((found, row) => {
      expect(found).toBeCloseTo((each[0]![row]! + each[1]![row]! + each[2]![row]!) / 3, 4);
    });
    expect(metrics.lists).toBe(240);
    expect(new Set(members.map((member) => member.metrics.heldOutLoss)).size).toBe(3);
  });

  it('is as wide as all networks of all its members where one kind of lists has its own', () => {
    const { layers, metrics } = finish(choose());
    expect(layers.map(({ inputs, outputs }) => [inputs, outputs])).toEqual([
      [FEATURES, 3 * (8 + 6)],
      [3 * (8 + 6), 3 * (4 + 3)],
      [3 * (4 + 3), 1],
    ]);
    expect(metrics.ownLists).toBe(120);
  });

  it('is the same numbers whoever trains its members', async () => {
    const alone = finish(choose());
    const claims = createClaims(4);
    const way = choose();
    const shared = startCommittee(way.lessons, toolsWith(), { cores: 2, fewestValues: 0, claims });
    await expect.poll(() => Atomics.load(claims, 3), { timeout: 30_000 }).toBe(STATES.done);
    expect(shared.finish(way)).toEqual(alone);
    shared.close();
  }, 60_000);

  it('goes on where it was stopped: each member is a stage', () => {
    const whole = finish(choose());
    const stopped = memory(undefined, (name) => name !== 'ranker apart 2');
    const tools = toolsWith(stopped);
    expect(() => finish(choose(tools), tools)).toThrow('stopped in ranker apart 2');
    expect([...stopped.kept.keys()]).toEqual([
      ...['small ranker', 'ranker apart', 'small ranker 2', 'small ranker 3'],
    ]);
    const again = memory(stopped.kept, (name) => name.startsWith('ranker apart '));
    expect(finish(choose(toolsWith(again)), toolsWith(again))).toEqual(whole);
    const none = memory(again.kept, () => false);
    expect(finish(choose(toolsWith(none)), toolsWith(none))).toEqual(whole);
  });

  it('of one is the ranker of the seed itself', () => {
    const way = choose(undefined, { ...settings, committee: 1, apart: undefined });
    expect(finish(way)).toBe(way.taught[0]);
  });

  it('need not wait for its first member where there is but one way to teach', () => {
    const only = { ...settings, apart: undefined };
    const lessons = onlyLessons(taught, only)!;
    const way = choose(undefined, only);
    expect(startCommittee(lessons, toolsWith(), ONE_CORE).finish(way)).toEqual(finish(way));
    expect(onlyLessons(taught, settings)).toBeUndefined();
    expect(onlyLessons(taught, { ...only, classesBy: 0 })).toBeUndefined();
  });
});
