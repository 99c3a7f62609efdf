import { describe, expect, test } from 'vitest';
import { loadKernel } from '../kernel/load.ts';
import type { ItemId, SessionId } from '../protocol/ids.ts';
import { EMPTY_PROFILE, type Interaction } from '../protocol/profile.ts';
import type { SlateRequest } from '../protocol/slate.ts';
import { FEATURES } from './features.ts';
import { observe } from './observe.ts';
import { score } from './score.ts';
import { DAY, itemId, moment, NOW, openShop } from './shop.case.ts';

const shop = openShop(loadKernel(), { items: 1500, seed: 51 });

/** Purchases of a visit: days ago, rows. */
type Visit = readonly [daysAgo: number, rows: readonly number[]];

function buyer(...visits: Visit[]) {
  const interactions = visits.flatMap(([daysAgo, rows]) =>
    rows.map(
      (row): Interaction => ({
        item: itemId(row),
        kind: 'purchase',
        time: NOW - daysAgo * DAY,
        session: `visit-${daysAgo}` as SessionId,
      }),
    ),
  );
  return { profile: { ...EMPTY_PROFILE, interactions }, session: null };
}

function read(
  state: ReturnType<typeof buyer>,
  row: number,
  request: SlateRequest = { placement: 'for-you' },
): (name: string) => number {
  const wide = { ...shop, settings: { ...shop.settings, ranked: 1500 } };
  const { candidates, features } = score(wide, state, request, moment({ rules: 'off' }));
  const index = candidates.items.indexOf(row);
  if (index < 0) throw new Error(`row ${row} is no candidate`);
  return (name) =>
    features[index * FEATURES.length + FEATURES.findIndex((feature) => feature.name === name)]!;
}

/** A plain definition of every candidate, and what the features say of them. */
function among(state: ReturnType<typeof buyer>, request: SlateRequest, plain: (row: number) => number) {
  const { candidates, features } = score(shop, state, request, moment({ rules: 'off' }));
  const column = (name: string): number[] => {
    const at = FEATURES.findIndex((feature) => feature.name === name);
    return Array.from(candidates.items, (_, i) => features[i * FEATURES.length + at]!);
  };
  return { sums: [...candidates.items].map(plain), column };
}

/** Of idf vectors. */
function cosine(a: number, b: number): number {
  const { offsets, ids, idf } = shop.shard.tokens!;
  const [x, y] = [a, b].map((row) => Array.from(ids).slice(offsets[row]!, offsets[row + 1]!)) as [
    number[],
    number[],
  ];
  const length = (tokens: number[]) => Math.hypot(...tokens.map((token) => idf[token]!));
  const shared = x.filter((token) => y.includes(token)).reduce((sum, token) => sum + idf[token]! ** 2, 0);
  return shared === 0 ? 0 : shared / (length(x) * length(y));
}

describe('habits', () => {
  const state = buyer([60, [40, 53]], [30, [40]], [10, [40, 66]]);
  const often = read(state, 40);
  const once = read(state, 53);

  test('what is bought often and lately is the strongest habit', () => {
    const faded = (visits: number, days: number, decay: number) => decay ** visits * Math.exp(-days / 120);
    const slow = faded(0, 10, 0.9) + faded(1, 30, 0.9) + faded(2, 60, 0.9);
    expect(often('habit')).toBe(1);
    expect(often('habit-absolute')).toBeCloseTo(Math.log(1 + slow), 5);
    expect(once('habit')).toBeCloseTo(faded(2, 60, 0.9) / slow, 5);
    expect(once('habit-steep')).toBeLessThan(once('habit'));
  });

  test('when it was bought, how regularly, and whether it is due', () => {
    expect([often('bought-last-visit'), once('bought-last-visit')]).toEqual([1, 0]);
    expect(read(state, 66)('bought-last-visit')).toBe(1);
    expect(often('bought-month')).toBeCloseTo(Math.exp(-10 / 30), 5);
    expect(once('bought-season')).toBeCloseTo(Math.exp(-60 / 120), 5);
    expect(often('bought-interval')).toBeCloseTo(Math.log(1 + 25), 5);
    expect(often('bought-due')).toBeCloseTo(Math.log(11 / 26), 5);
    expect(once('bought-due')).toBe(0);
    expect(often('user-visit-size')).toBeCloseTo(Math.log(1 + 5 / 3), 5);
  });

  test('what bought items bring counts by how they were bought', () => {
    const faded = (visits: number, days: number) => 0.9 ** visits * Math.exp(-days / 120);
    const habit = new Map([
      [40, faded(0, 10) + faded(1, 30) + faded(2, 60)],
      [53, faded(2, 60)],
      [66, faded(0, 10)],
    ]);
    const sumOf = (row: number): number =>
      [...habit].reduce((sum, [own, weight]) => sum + weight * shop.boughtTogether.weightOf(own, row), 0);
    const asked = moment({ rules: 'off' });
    const { candidates, features } = score(shop, state, { placement: 'for-you' }, asked);
    const sums = [...candidates.items].map(sumOf);
    const best = Math.max(...sums);
    const column = (name: string): number => FEATURES.findIndex((feature) => feature.name === name);
    expect(new Set(sums).size).toBeGreaterThan(10);
    sums.forEach((sum, at) => {
      const of = (name: string) => features[at * FEATURES.length + column(name)]!;
      expect(of('habit-bought-together')).toBeCloseTo(Math.log(sum + 1e-3), 4);
      expect(of('habit-bought-together-share')).toBeCloseTo(Math.sqrt(sum / best), 4);
    });
  });

  test('their words count alike, all of the history at once', () => {
    const faded = (visits: number, days: number) => 0.9 ** visits * Math.exp(-days / 120);
    const habit: [number, number][] = [
      [40, faded(0, 10) + faded(1, 30) + faded(2, 60)],
      [53, faded(2, 60)],
      [66, faded(0, 10)],
    ];
    const { sums, column } = among(state, { placement: 'for-you' }, (row) =>
      habit.reduce((sum, [own, weight]) => sum + weight * cosine(own, row), 0),
    );
    const best = Math.max(...sums);
    expect(new Set(sums).size).toBeGreaterThan(10);
    expect(column('habit-tokens')).toEqual(sums.map((sum) => expect.closeTo(Math.log(sum + 1e-3), 3)));
    const shares = sums.map((sum) => expect.closeTo(Math.sqrt(sum / best), 4));
    expect(column('habit-tokens-share')).toEqual(shares);
  });

  test('items of one moment share their age', () => {
    const { own } = observe(shop, state, { request: { placement: 'for-you' }, moment: moment() });
    expect(own.map(({ row, age }) => [row, age])).toEqual([
      [66, 0],
      [40, 0],
      [53, 1],
    ]);
  });
});

describe("the shelf's anchors", () => {
  const items = [40, 53, 14].map(itemId) as ItemId[];
  const request: SlateRequest = { placement: 'bought-together', items };
  const { taste } = shop.lists;
  const weightsTo = (row: number) =>
    [40, 53, 14].flatMap((from) => {
      const list = Array.from({ length: taste!.offsets[from + 1]! - taste!.offsets[from]! }, (_, at) => {
        const entry = taste!.offsets[from]! + at;
        return { id: taste!.ids[entry]!, weight: taste!.weights[entry]! };
      });
      return list.filter(({ id }) => id === row).map(({ weight }) => weight);
    });

  test('mean, largest and number of the lists that name a candidate', () => {
    const row = taste!.ids[taste!.offsets[40]!]!;
    const weights = weightsTo(row);
    const value = read(buyer(), row, request);
    const sum = weights.reduce((a, b) => a + b, 0);
    expect(weights.length).toBeGreaterThan(0);
    expect(value('taste-mean')).toBeCloseTo(Math.log(sum / 3 + 1e-4), 5);
    expect(value('taste-largest')).toBeCloseTo(Math.log(Math.max(...weights) + 1e-4), 5);
    expect(value('taste-listed')).toBeCloseTo(Math.log(1 + weights.length), 5);
  });

  test('shares of the best sum and of the largest weight', () => {
    const ofBest = (sums: number[]) =>
      sums.map((sum) => expect.closeTo(Math.sqrt(sum / Math.max(...sums)), 4));
    const all = among(buyer(), request, (row) =>
      [40, 53, 14].reduce((sum, from) => sum + taste!.weightOf(from, row), 0),
    );
    expect(Math.max(...all.sums)).toBeGreaterThan(0);
    expect(all.column('taste-share')).toEqual(ofBest(all.sums));
    const most = among(buyer(), request, (row) =>
      Math.max(...[40, 53, 14].map((from) => shop.boughtTogether.weightOf(from, row))),
    );
    expect(Math.max(...most.sums)).toBeGreaterThan(0);
    expect(most.column('bought-together-largest-share')).toEqual(ofBest(most.sums));
  });

  test('the item most alike by its words, of those that the shelf starts from and not of the history', () => {
    const asked = among(buyer([10, [66]]), request, (row) =>
      Math.max(...[40, 53, 14].map((from) => cosine(from, row))),
    );
    expect(new Set(asked.sums).size).toBeGreaterThan(5);
    expect(asked.column('seeds-tokens')).toEqual(asked.sums.map((most) => expect.closeTo(most, 4)));
    const arrived = among(buyer([10, [66]]), { placement: 'for-you' }, () => 0);
    expect(new Set(arrived.column('seeds-tokens'))).toEqual(new Set([0]));
  });
});
