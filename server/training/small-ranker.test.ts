import { describe, expect, it } from 'vitest';
import { createRandom } from '../../models/random.ts';
import { memberSeed } from '../../models/ranker/committee.ts';
import { logits } from '../../models/ranker/network.ts';
import {
  DEFAULT_RANKER,
  type RankerSettings,
  type RankingLists,
  type TrainedRanker,
  trainRanker,
} from '../../models/ranker/train.ts';
import { createClaims, STATES } from './ahead/claims.ts';
import { wasmArithmetic } from './arithmetic.ts';
import { chooseWay, onlyLessons, startCommittee, type Way } from './small-ranker.ts';
import type { TrainingTools } from './sources.ts';

const FEATURES = 5;
const GATE = { input: 1, most: 10 };
const arithmetic = await wasmArithmetic();
const settings: RankerSettings = {
  ...DEFAULT_RANKER,
  ...{ hidden: [8, 4], listLength: 6, batch: 16, epochs: 3, committee: 3 },
  apart: { by: 1, hidden: [6, 3] },
};

/** The right one has more of the third feature in one kind of lists, less in the other; the fourth and fifth say a little. */
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
  return { features: FEATURES, length, values, real: all.slice().fill(length), right: all.fill(1) };
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
