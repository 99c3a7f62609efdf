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
});
