import { describe, expect, test } from 'vitest';
import { COUNT_LEVELS } from '../bundle/contract.ts';
import { loadKernel } from '../kernel/load.ts';
import { FACT } from './facts.ts';
import { FEATURES } from './features.ts';
import { score } from './score.ts';
import { applyEvents } from './session.ts';
import { type Deed, eventOf, itemId, moment, NOBODY, openShop } from './shop.case.ts';

const shop = openShop(loadKernel(), { items: 900, seed: 33 });
const deeds: Deed[] = [
  ['view', itemId(12), 9],
  ['view', itemId(40), 5],
  ['view', itemId(81), 2],
];
const state = applyEvents(NOBODY, deeds.map(eventOf));
/** newest first */
const HISTORY = [81, 40, 12];
const { candidates, features } = score(
  { ...shop, settings: { ...shop.settings, ranked: 900 } },
  state,
  { placement: 'for-you' },
  moment({ rules: 'off' }),
);

function column(name: string): number[] {
  const at = FEATURES.findIndex((feature) => feature.name === name);
  expect(at, name).toBeGreaterThanOrEqual(0);
  return Array.from(candidates.items, (_, i) => features[i * FEATURES.length + at]!);
}

/** Every candidate's value against a plain definition of it. */
function matches(name: string, of: (row: number, i: number) => number): void {
  column(name).forEach((value, i) => {
    expect(value, `${name} of row ${candidates.items[i]}`).toBeCloseTo(of(candidates.items[i]!, i), 3);
  });
}

describe('tokens', () => {
  const { offsets, ids, idf } = shop.shard.tokens!;
  const tokensOf = (row: number) =>
    Array.from({ length: offsets[row + 1]! - offsets[row]! }, (_, at) => ids[offsets[row]! + at]!);
  const cosine = (a: number, b: number): number => {
    const [x, y] = [tokensOf(a), tokensOf(b)];
    const length = (tokens: number[]) => Math.hypot(...tokens.map((token) => idf[token]!));
    const shared = x.filter((token) => y.includes(token)).reduce((sum, token) => sum + idf[token]! ** 2, 0);
    return shared === 0 ? 0 : shared / (length(x) * length(y));
  };
  const rarest = (row: number, others: readonly number[]): number =>
    Math.max(
      0,
      ...others
        .flatMap((other) => tokensOf(row).filter((token) => tokensOf(other).includes(token)))
        .map((t) => idf[t]!),
    );

  test('give exact idf cosines to the last items, and the rarest thing shared', () => {
    matches('tokens-last', (row) => cosine(row, 81));
    matches('tokens-flat', (row) => HISTORY.reduce((sum, own) => sum + cosine(row, own), 0) / 3);
    matches('tokens-profile', (row) =>
      HISTORY.reduce((sum, own, age) => sum + 0.6 ** age * cosine(row, own), 0),
    );
    matches('tokens-rarest-last', (row) => rarest(row, [81]));
    matches('tokens-rarest', (row) => rarest(row, HISTORY));
    matches('item-tokens', (row) => tokensOf(row).length);
    expect(new Set(column('tokens-last')).size).toBeGreaterThan(5);
  });

  test('tell an item that is more popular than its kind', () => {
    const ln = shop.index.facts.column(FACT.lnCount);
    const usual = (token: number): number => {
      const held = Array.from(ln.keys()).filter((row) => tokensOf(row).includes(token));
      return held.reduce((sum, row) => sum + ln[row]!, 0) / held.length;
    };
    const kind = (row: number): number => {
      const own = tokensOf(row).map(usual);
      return own.length === 0 ? 0 : own.reduce((sum, value) => sum + value, 0) / own.length;
    };
    matches('item-kind-count', kind);
    matches('item-kind-surplus', (row) => ln[row]! - kind(row));
  });
});

const stage = shop.shard.column('stage');

describe('order', () => {
  test('sets the stage of a candidate beside those of the shopper', () => {
    matches('item-stage', (row) => stage[row]!);
    matches('stage-last', (row) => stage[row]! - stage[81]!);
    matches('stage-distance', (row) => Math.abs(stage[row]! - stage[81]!));
    matches('stage-most', (row) => stage[row]! - Math.max(...HISTORY.map((own) => stage[own]!)));
  });

  test('reads who came right after and before the last items', () => {
    const { offsets, ids, pairs } = shop.transitions;
    const levels = (from: number, to: number): [number, number] => {
      for (let at = offsets[from]!; at < offsets[from + 1]!; at++)
        if (ids[at] === to) return [COUNT_LEVELS[pairs![at]! & 15]!, COUNT_LEVELS[pairs![at]! >>> 4]!];
      return [0, 0];
    };
    const sum = (row: number, half: 0 | 1, decay: number): number =>
      HISTORY.reduce((total, own, age) => total + decay ** age * levels(own, row)[half], 0);
    matches('after-last', (row) => Math.log1p(levels(81, row)[0]));
    matches('before-last', (row) => Math.log1p(levels(81, row)[1]));
    matches('after-recent', (row) => Math.log1p(sum(row, 0, 0.6)));
    matches('before-recent', (row) => Math.log1p(sum(row, 1, 0.6)));
    const views = shop.shard.column('views');
    const purchases = shop.shard.column('purchases');
    matches('follow-last', (row) => Math.log(levels(81, row)[0] / (views[81]! + purchases[81]! + 2) + 1e-3));
    expect(new Set(column('after-recent')).size).toBeGreaterThan(5);
  });
});

describe('what is made of all candidates together', () => {
  test('probabilities of the embedding source add up to one', () => {
    expect(column('embedding-share').reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 3);
  });

  test('ranks by the blend are all ranks', () => {
    const ranks = column('blend-rank').map((value) => Math.round(Math.expm1(value)));
    expect(ranks.toSorted((a, b) => a - b)).toEqual(Array.from(ranks.keys()));
  });

  test('feedback is a cosine, and not the same for all', () => {
    const feedback = column('feedback');
    expect(Math.max(...feedback.map(Math.abs))).toBeLessThanOrEqual(1.01);
    expect(new Set(feedback).size).toBeGreaterThan(50);
  });
});

describe('the steps of a history', () => {
  const { transitions } = shop;
  const { queryEmbeddings, embeddings } = shop.shard;
  /** later item, earlier item; newest step first */
  const STEPS = HISTORY.slice(1).map((before, at) => [HISTORY[at]!, before] as const);
  const mean = (of: (next: number, before: number) => number): number =>
    STEPS.reduce((sum, [next, before]) => sum + of(next, before), 0) / STEPS.length;
  const row = ({ rows, dims }: typeof embeddings, at: number): number[] => [
    ...rows.subarray(at * dims, (at + 1) * dims),
  ];
  const cosine = (next: number, before: number): number => {
    const [a, b] = [row(queryEmbeddings, before), row(embeddings, next)];
    return a.reduce((sum, value, d) => sum + value * b[d]!, 0) / (Math.hypot(...a) * Math.hypot(...b));
  };
  const weight = (next: number, before: number): number =>
    Math.log(transitions.weightOf(before, next) + 1e-4);

  test('are told as each source would have foreseen them, the same for all candidates', () => {
    matches('step-last-cosine', () => cosine(...STEPS[0]!));
    matches('steps-cosine', () => mean(cosine));
    matches('step-last-transition', () => weight(...STEPS[0]!));
    matches('steps-transition', () => mean(weight));
    matches('step-last-stage', () => stage[81]! - stage[40]!);
    matches('steps-stage', () => mean((next, before) => Math.abs(stage[next]! - stage[before]!)));
    matches('steps-end-stage', () => stage[81]!);
  });

  test('read tokens as candidates do', () => {
    const at = candidates.items.indexOf(40);
    const last = candidates.items.indexOf(81);
    expect(Math.min(at, last)).toBeGreaterThanOrEqual(0);
    // What the last item has of the one before is what the one before has of the last.
    expect(column('step-last-tokens')[0]).toBeCloseTo(column('tokens-last')[at]!, 5);
    expect(column('steps-end-tokens')[0]).toBe(column('item-tokens')[last]);
  });

  test('are none where a history has one item', () => {
    const one = applyEvents(NOBODY, deeds.slice(2).map(eventOf));
    const asked = score(shop, one, { placement: 'for-you' }, moment({ rules: 'off' }));
    const first = (name: string) => asked.features[FEATURES.findIndex((feature) => feature.name === name)];
    expect([first('step-last-cosine'), first('steps-transition'), first('steps-tokens')]).toEqual([0, 0, 0]);
    expect(first('steps-end-stage')).toBeCloseTo(stage[81]!, 5);
  });
});
