import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadKernel } from '../../kernel/load.ts';
import type { ItemId } from '../../protocol/ids.ts';
import type { SlateRequest } from '../../protocol/slate.ts';
import type { Engine, Moment, ShopperState } from '../contract.ts';
import { rowOf } from '../identity.ts';
import { observe } from '../observe.ts';
import { recommend } from '../recommend.ts';
import { applyEvents } from '../session.ts';
import { DEFAULT_PLACEMENTS, type FunnelSettings } from '../settings.ts';
import { type Deed, eventOf, itemId, moment, NOBODY, openShop, TODAY } from '../shop.case.ts';
import { boosts } from './boosts.ts';
import { type Bucketing, bucketings, Tally } from './buckets.ts';
import { type Contender, choose, type Policy } from './choose.ts';
import { seededDraw } from './draw.ts';

const anyContenders = fc
  .array(
    fc.record({ bucket: fc.nat(4), other: fc.nat(3), score: fc.double({ min: -5, max: 5, noNaN: true }) }),
    {
      maxLength: 40,
    },
  )
  .map((drawn) => {
    const sorted = [...drawn].sort((a, b) => b.score - a.score);
    const contenders: Contender[] = sorted.map(({ score }, at) => ({ at, row: at, score, avoided: false }));
    return {
      contenders,
      buckets: sorted.map(({ bucket }) => bucket),
      others: sorted.map(({ other }) => other),
    };
  });
const cap = (buckets: readonly number[], most: number): Bucketing => ({
  name: 'category',
  most,
  of: (row) => buckets[row]!,
});
const policy = { exploration: 0, seed: 1 };
/** The first ten are kept, the others the rest. */
const fill = (contenders: readonly Contender[], own: Policy) =>
  choose(contenders.slice(0, 10), own, () => contenders.slice(10));
const counts = (values: readonly number[]) => {
  const found = new Map<number, number>();
  for (const value of values) if (value !== 0) found.set(value, (found.get(value) ?? 0) + 1);
  return Math.max(0, ...found.values());
};

describe('a slate filled from the top', () => {
  test('is never shorter than what there is, and never longer than the limit', () => {
    fc.assert(
      fc.property(anyContenders, fc.nat(30), fc.nat(3), ({ contenders, buckets }, limit, most) => {
        const chosen = fill(contenders, { ...policy, limit, caps: [cap(buckets, most)] });
        expect(chosen).toHaveLength(Math.min(limit, contenders.length));
        expect(new Set(chosen.map(({ row }) => row)).size).toBe(chosen.length);
      }),
    );
  });

  test('keeps every cap as long as anything that fits is left', () => {
    fc.assert(
      fc.property(anyContenders, fc.nat(30), ({ contenders, buckets, others }, limit) => {
        const caps = [cap(buckets, 3), cap(others, 2)];
        const rows = fill(contenders, { ...policy, limit, caps }).map(({ row }) => row);
        const within = (list: readonly number[]) =>
          counts(list.map((row) => buckets[row]!)) <= 3 && counts(list.map((row) => others[row]!)) <= 2;
        const strict = rows.findIndex((_, at) => !within(rows.slice(0, at + 1)));
        if (strict < 0) return;
        const before = rows.slice(0, strict);
        const left = contenders.filter(({ row }) => !before.includes(row));
        expect(left.some(({ row }) => within([...before, row]))).toBe(false);
      }),
    );
  });

  test('without caps is the order of the scores', () => {
    fc.assert(
      fc.property(anyContenders, fc.nat(30), ({ contenders }, limit) => {
        const rows = fill(contenders, { ...policy, limit, caps: [] }).map(({ row }) => row);
        expect(rows).toEqual(contenders.slice(0, limit).map(({ row }) => row));
      }),
    );
  });

  test('a missing value is no bucket', () => {
    const none = (most: number): Bucketing => ({ name: 'brand', most, of: () => 0 });
    for (const most of [0, 1]) {
      const tally = new Tally([none(most)]);
      for (const row of [0, 1, 2]) {
        expect(tally.fits(row, 0)).toBe(true);
        tally.add(row);
      }
    }
  });
});

describe('exploration', () => {
  const contenders = [2, 1.5, 1, 0].map((score, at): Contender => ({ at, row: at, score, avoided: false }));
  const at = (seed: number) => fill(contenders, { limit: 2, caps: [], exploration: 1, seed });

  test('tells the propensity with which it put an item there', () => {
    const draws = 40_000;
    const firsts = [0, 0, 0, 0];
    for (let seed = 0; seed < draws; seed++) firsts[at(seed)[0]!.row]! += 1;
    const odds = contenders.map(({ score }) => Math.exp(score));
    const total = odds.reduce((sum, value) => sum + value, 0);
    contenders.forEach((_, row) => {
      const expected = odds[row]! / total;
      // five standard errors
      expect(Math.abs(firsts[row]! / draws - expected)).toBeLessThan(5 * Math.sqrt(expected / draws));
    });
    for (let seed = 0; seed < 50; seed++) {
      const [first, second] = at(seed);
      expect(first!.propensity).toBeCloseTo(odds[first!.row]! / total, 12);
      expect(second!.propensity).toBeCloseTo(odds[second!.row]! / (total - odds[first!.row]!), 12);
    }
  });

  test('follows its seed, and is off by default', () => {
    expect(at(7)).toEqual(at(7));
    expect(new Set(Array.from({ length: 30 }, (_, seed) => at(seed)[0]!.row)).size).toBeGreaterThan(1);
    const greedy = fill(contenders, { limit: 4, caps: [], exploration: 0, seed: 3 });
    expect(greedy.map(({ row, propensity }) => [row, propensity])).toEqual(
      [0, 1, 2, 3].map((row) => [row, 1]),
    );
  });

  test('draws are uniform', () => {
    const draw = seededDraw(99);
    const bins = new Array<number>(16).fill(0);
    for (let i = 0; i < 64_000; i++) bins[Math.floor(draw() * 16)]! += 1;
    const chi = bins.reduce((sum, found) => sum + (found - 4000) ** 2 / 4000, 0);
    expect(chi).toBeLessThan(44.3); // 15 degrees of freedom, one in 10,000
  });
});

describe('rules of a whole shelf', () => {
  const shop = openShop(loadKernel(), { items: 1000, seed: 31 });
  const state = applyEvents(
    NOBODY,
    (
      [
        ['view', itemId(14), 9],
        ['view', itemId(27), 5],
      ] as Deed[]
    ).map(eventOf),
  );
  const [category, brand, margin, promotedUntilDay, addedDay] = (
    ['category', 'brand', 'margin', 'promotedUntilDay', 'addedDay'] as const
  ).map((name) => shop.shard.column(name)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const ask = (
    request: SlateRequest,
    own: Partial<Moment> = {},
    engine: Engine = shop,
    who: ShopperState = state,
  ) => recommend(engine, who, request, moment(own)).entries;
  const withSettings = (own: Partial<FunnelSettings>): Engine => ({
    ...shop,
    settings: { ...shop.settings, ...own },
  });
  const rowsOf = (entries: readonly { item: ItemId }[]) => entries.map(({ item }) => rowOf(shop, item));

  test('at most three of a category and two of a brand; similar has no cap of category', () => {
    for (const placement of ['for-you', 'because-you-viewed', 'trending'] as const) {
      const rows = rowsOf(ask({ placement }));
      expect(rows).toHaveLength(12);
      expect(counts(rows.map((row) => category[row]!))).toBeLessThanOrEqual(3);
      expect(counts(rows.map((row) => brand[row]!))).toBeLessThanOrEqual(2);
    }
    const similar = rowsOf(ask({ placement: 'similar', items: [itemId(14)] }));
    expect(counts(similar.map((row) => category[row]!))).toBeGreaterThan(3);
    expect(counts(similar.map((row) => brand[row]!))).toBeLessThanOrEqual(2);
    const free = rowsOf(ask({ placement: 'for-you' }, { rules: 'off' }));
    expect(counts(free.map((row) => category[row]!))).toBeGreaterThan(3);
  });

  test('a shelf that caps would cut short is filled with the next best that retrieval found', () => {
    const tight = withSettings({
      placements: {
        ...DEFAULT_PLACEMENTS,
        'for-you': { ...DEFAULT_PLACEMENTS['for-you'], categoryCap: 1, brandCap: 1 },
      },
    });
    const rows = rowsOf(ask({ placement: 'for-you', limit: 50 }, {}, tight));
    expect(rows).toHaveLength(50);
    expect(counts(rows.slice(0, 10).map((row) => category[row]!))).toBe(1);
    expect(counts(rows.map((row) => category[row]!))).toBeGreaterThan(1);
  });

  test('prices fall into three bands of the candidates, of which none takes more than its share', () => {
    const seen = observe(shop, state, { request: { placement: 'for-you' }, moment: moment() });
    const rows = Array.from({ length: 600 }, (_, row) => row);
    const bands = bucketings(shop, seen, { rows, limit: 12 }).find(({ name }) => name === 'price')!;
    expect(bands.most).toBe(Math.ceil(0.7 * 12));
    const { price } = shop.index.markets[0]!;
    const known = rows.filter((row) => price.of(row) > 0).sort((a, b) => price.of(a) - price.of(b));
    const order = known.map((row) => bands.of(row));
    expect(order).toEqual([...order].sort());
    for (const band of [1, 2, 3]) {
      expect(Math.abs(order.filter((found) => found === band).length - known.length / 3)).toBeLessThan(5);
    }
    expect(rows.filter((row) => bands.of(row) === 0)).toEqual(rows.filter((row) => price.of(row) === 0));
  });

  test('boosts are factors on the odds: margin 1.1, promoted 1.2, under seven days 1.1', () => {
    const seen = observe(shop, state, { request: { placement: 'for-you' }, moment: moment() });
    const quiet = observe(shop, state, {
      request: { placement: 'for-you' },
      moment: moment({ rules: 'off' }),
    });
    const kinds = new Set<string>();
    const rows = Uint32Array.from({ length: shop.shard.items }, (_, row) => row);
    const [added, none] = [boosts(shop, seen, rows), boosts(shop, quiet, rows)];
    for (let row = 0; row < shop.shard.items; row++) {
      const isFresh = TODAY - addedDay[row]! < 7;
      const isPromoted = promotedUntilDay[row]! > TODAY;
      const factor = (margin[row] === 2 ? 1.1 : 1) * (isPromoted ? 1.2 : 1) * (isFresh ? 1.1 : 1);
      kinds.add(`${margin[row]} ${isPromoted} ${isFresh}`);
      expect(added[row]).toBeCloseTo(Math.log(factor), 12);
      expect(none[row]).toBe(0);
    }
    expect(kinds.size).toBeGreaterThan(6);
  });

  test('what is promoted is labelled, where promotion counts, and nothing else is', () => {
    const entries = ask({ placement: 'for-you', limit: 50 });
    for (const { item, sponsored, reason } of entries) {
      const isPromoted = promotedUntilDay[rowOf(shop, item)]! > TODAY;
      expect(sponsored).toBe(isPromoted);
      expect(reason.kind === 'sponsored').toBe(isPromoted);
    }
    expect(entries.some(({ sponsored }) => sponsored)).toBe(true);
    expect(
      ask({ placement: 'for-you', limit: 50 }, { rules: 'off' }).some(({ sponsored }) => sponsored),
    ).toBe(false);
  });

  test('exploration moves entries with a known propensity and leaves the rules standing', () => {
    const bold = withSettings({ exploration: 2 });
    const usual = rowsOf(ask({ placement: 'for-you' }));
    const slates = [1, 2, 3, 4].map((seed) => ask({ placement: 'for-you' }, { seed }, bold));
    expect(new Set(slates.map((entries) => rowsOf(entries).join())).size).toBeGreaterThan(1);
    for (const entries of slates) {
      expect(entries.every(({ propensity }) => propensity > 0 && propensity <= 1)).toBe(true);
      expect(counts(rowsOf(entries).map((row) => category[row]!))).toBeLessThanOrEqual(3);
    }
    expect(rowsOf(ask({ placement: 'for-you' }, { seed: 5 }))).toEqual(usual);
  });
});
