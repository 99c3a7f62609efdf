import { describe, expect, test } from 'vitest';
import { loadKernel } from '../kernel/load.ts';
import type { ItemId } from '../protocol/ids.ts';
import { PLACEMENTS } from '../protocol/placement.ts';
import type { SlateRequest } from '../protocol/slate.ts';
import type { Moment, ShopperState } from './contract.ts';
import { FEATURE_SCHEMA, FEATURES, writePosition } from './features.ts';
import { seededDraw } from './reranking/draw.ts';
import { score } from './score.ts';
import { applyEvents } from './session.ts';
import { DAY, type Deed, event, eventOf, itemId, moment, NOBODY, NOW, openShop } from './shop.case.ts';

const ITEMS = 1500;
const shop = openShop(loadKernel(), { items: ITEMS, seed: 51 });
const at = (name: string): number => {
  const found = FEATURES.findIndex((feature) => feature.name === name);
  if (found < 0) throw new Error(`no feature ${name}`);
  return found;
};
const did = (...deeds: Deed[]) => applyEvents(NOBODY, deeds.map(eventOf));

/** The value of a feature for a row that is a candidate. */
function read(
  name: string,
  row: number,
  asked: { state: ShopperState; request?: SlateRequest; own?: Partial<Moment> },
) {
  const { state, request = { placement: 'for-you' }, own = { rules: 'off' } } = asked;
  const wide = { ...shop, settings: { ...shop.settings, ranked: ITEMS } };
  const { candidates, features } = score(wide, state, request, moment(own));
  const index = candidates.items.indexOf(row);
  if (index < 0) throw new Error(`row ${row} is no candidate`);
  return features[index * FEATURES.length + at(name)]!;
}

describe('features', () => {
  test('have names of their own, an origin and a source in words', () => {
    expect(new Set(FEATURES.map(({ name }) => name)).size).toBe(FEATURES.length);
    for (const { name, source } of FEATURES) {
      expect(name).toMatch(/^[a-z0-9-]+$/);
      expect(source.length).toBeGreaterThan(10);
    }
    expect(FEATURE_SCHEMA).toMatch(/^f\d+-[0-9a-f]{16}$/);
  });

  test('hold all that the design lists', () => {
    const listed: Record<string, readonly string[]> = {
      'profile attributes': ['attributes-0', 'attributes-1', 'attributes-2', 'attributes-3'],
      'session length and duration': ['session-length', 'session-duration'],
      'purchase frequency, usual price': ['user-purchase-frequency', 'user-usual-price'],
      'category and brand affinities': ['category-affinity', 'brand-affinity'],
      'recent intents': ['session-views', 'session-carts'],
      'category, brand': [
        'item-category-share',
        'item-category-popularity',
        'item-brand-popularity',
        'brand-count',
      ],
      'price, discount, rating': ['item-price', 'item-discount', 'item-rating'],
      'views and purchases over 7 days': ['item-views7', 'item-purchases7'],
      'age, stock, margin': ['item-age', 'item-stock', 'item-margin'],
      'seen, carted, bought before': ['seen-before', 'carted-before', 'bought-before', 'brand-bought'],
      'price against the usual': ['price-usual'],
      'transition and co-occurrence': ['transition-last', 'transition-previous', 'together-last'],
      'each source': [...Object.keys(shop.settings.proposals)].flatMap((name) => [
        `${name}-score`,
        `${name}-rank`,
      ]),
      context: [
        'hour-noon',
        'hour-evening',
        'weekday',
        'device-phone',
        'session-depth',
        'seed-category',
        'seed-price',
      ],
      placement: PLACEMENTS.map((name) => `placement-${name}`),
      position: ['position'],
    };
    for (const name of Object.values(listed).flat()) expect(at(name)).toBeGreaterThanOrEqual(0);
  });

  test('each varies from real values over shoppers, shelves and hours; position only where training writes it', () => {
    const draw = seededDraw(9);
    const below = (most: number) => Math.floor(draw() * most);
    const least = new Float64Array(FEATURES.length).fill(Number.POSITIVE_INFINITY);
    const most = new Float64Array(FEATURES.length).fill(Number.NEGATIVE_INFINITY);
    for (let shopper = 0; shopper < 60; shopper++) {
      const { state, request } = someone(shopper, below);
      const now = NOW + below(20) * 60_000;
      const utcOffsetMinutes = below(7 * 24) * 60;
      const server = {
        space: 'test-space',
        release: 'r' as never,
        candidates: [{ item: itemId(below(ITEMS)), score: draw() }],
      };
      const { features, candidates } = score(shop, state, request, moment({ now, utcOffsetMinutes, server }));
      expect(features.every(Number.isFinite)).toBe(true);
      for (let i = 0; i < candidates.items.length; i++) {
        if (shopper % 2 === 0) writePosition(features, i, i % 20);
        for (let f = 0; f < FEATURES.length; f++) {
          const value = features[i * FEATURES.length + f]!;
          least[f] = Math.min(least[f]!, value);
          most[f] = Math.max(most[f]!, value);
        }
      }
    }
    const still = FEATURES.filter((_, f) => !(most[f]! > least[f]!)).map(({ name }) => name);
    expect(still).toEqual([]);
  });

  test('position is neutral at serving', () => {
    const { features, candidates } = score(
      shop,
      did(['view', itemId(4), 1]),
      { placement: 'for-you' },
      moment(),
    );
    for (let i = 0; i < candidates.items.length; i++)
      expect(features[i * FEATURES.length + at('position')]).toBe(0);
    writePosition(features, 3, 6);
    expect(features[3 * FEATURES.length + at('position')]).toBeCloseTo(Math.log(7), 6);
    expect(features[4 * FEATURES.length + at('position')]).toBe(0);
  });
});

function someone(
  shopper: number,
  below: (most: number) => number,
): { state: ShopperState; request: SlateRequest } {
  const kinds: Deed[0][] = ['view', 'view', 'select', 'cart', 'purchase'];
  const favourites = Array.from({ length: 8 }, () => below(ITEMS));
  const deeds = Array.from({ length: shopper % 23 }, (_, i): Deed => {
    const row = below(2) === 0 ? favourites[below(8)]! : below(ITEMS);
    if (i % 5 === 2) return ['purchase', itemId(favourites[0]!), (23 - i) * 3000];
    return [kinds[below(kinds.length)]!, itemId(row), (23 - i) * (i < 8 ? 2000 : 7)];
  });
  const pages = Array.from({ length: shopper % 5 }, () => event('page_view', [], { time: NOW }));
  const state = applyEvents(NOBODY, [...deeds.map(eventOf), ...pages]);
  const attributes = shopper % 3 === 0 ? { tier: String(shopper), region: `r${shopper % 4}` } : {};
  const placement = PLACEMENTS[shopper % PLACEMENTS.length]!;
  const seeds: ItemId[] =
    placement === 'similar' || placement === 'bought-together'
      ? favourites.slice(0, 1 + (shopper % 3)).map(itemId)
      : [];
  return {
    state: { ...state, profile: { ...state.profile, attributes } },
    request: {
      placement,
      device: (['phone', 'tablet', 'desktop'] as const)[shopper % 3]!,
      ...(seeds.length > 0 ? { items: seeds } : {}),
    },
  };
}

describe('known answers', () => {
  const [margin, rating, views7] = (['margin', 'rating', 'views7'] as const).map((name) =>
    shop.shard.column(name),
  ) as [Float32Array, Float32Array, Float32Array];
  const row = 40;
  const id = itemId(row);
  const other = itemId(53);

  test('what the shopper did with the item', () => {
    const state = did(
      ['view', id, 3 * 24 * 60],
      ['purchase', id, 2 * 24 * 60],
      ['cart', id, 20],
      ['view', id, 10],
      ['view', other, 5],
    );
    const of = (name: string) => read(name, row, { state });
    expect(of('seen-before')).toBeCloseTo(Math.log(5), 5);
    expect(of('carted-before')).toBeCloseTo(Math.log(2), 5);
    expect(of('bought-before')).toBeCloseTo(Math.log(2), 5);
    expect(of('bought-lately')).toBeCloseTo(1 / (1 + 2 / 7), 5);
    expect(of('in-session')).toBeCloseTo(Math.log(3), 5);
    expect(of('is-last')).toBe(0);
    expect(of('clicks-since')).toBeCloseTo(1 / 2, 6);
    expect(of('items-since')).toBeCloseTo(1 / 2, 6);
    expect(of('decayed-clicks')).toBeCloseTo(0.8 + 0.8 ** 2 + 0.8 ** 3 + 0.8 ** 4, 5);
    expect(of('session-length')).toBeCloseTo(Math.log(4), 5);
    expect(of('session-duration')).toBeCloseTo(Math.log(21), 5);
    expect(read('is-last', 53, { state })).toBe(1);
  });

  test('whether a visit has begun', () => {
    const before = did(['view', id, 2 * 24 * 60]);
    expect(read('session-arrival', row, { state: before })).toBe(1);
    const history = { state: before, request: { placement: 'recently-viewed' as const } };
    expect(read('session-arrival', row, history)).toBe(0);
    const state = did(['view', id, 2 * 24 * 60], ['view', other, 5]);
    expect(read('session-arrival', row, { state })).toBe(0);
  });

  test('price against the usual one', () => {
    const state = did(['view', id, 10]);
    const price = shop.index.markets[0]!.price;
    const near = [...shop.index.popular].slice(0, 100).find((found) => price.of(found) > 0)!;
    expect(read('price-usual', near, { state })).toBeCloseTo(Math.log(price.of(near) / price.of(row)), 5);
    expect(read('price-distance', near, { state })).toBeCloseTo(
      Math.abs(Math.log(price.of(near) / price.of(row))),
      5,
    );
    expect(read('user-usual-price', near, { state })).toBeCloseTo(Math.log(price.of(row)), 5);
  });

  test('weights in the lists of the last items', () => {
    const { offsets, ids, weights } = shop.transitions;
    const to = ids[offsets[row]!]!;
    const weight = weights[offsets[row]!]!;
    expect(read('transition-last', to, { state: did(['view', id, 2]) })).toBeCloseTo(
      Math.log(weight + 1e-4),
      4,
    );
    const state = did(['view', id, 2], ['view', other, 1]);
    expect(read('transition-previous', to, { state })).toBeCloseTo(Math.log(weight + 1e-4), 4);
  });

  test("the hour and the weekday are the shopper's, not the server's", () => {
    const state = did(['view', id, 10]);
    const of = (name: string, own: Partial<Moment>) =>
      read(name, row, { state, own: { rules: 'off', ...own } });
    // NOW is a Tuesday, 10:00 UTC
    expect(of('hour-noon', {})).toBeCloseTo(1 - 2 / 6, 6);
    expect(of('hour-noon', { utcOffsetMinutes: 120 })).toBeCloseTo(1, 6);
    expect(of('hour-evening', { utcOffsetMinutes: 8 * 60 })).toBeCloseTo(1, 6);
    expect(of('weekday', {})).toBeCloseTo(1 / 6, 6);
    expect(of('weekday', { utcOffsetMinutes: -11 * 60 })).toBeCloseTo(0, 6);
    expect(of('weekend', { now: NOW + 4 * DAY })).toBe(1);
    expect(of('weekend', { now: NOW + 6 * DAY })).toBe(0);
  });

  test('columns arrive as they are, counts as logarithms', () => {
    const state = did(['view', id, 10]);
    expect(read('item-margin', row, { state })).toBe(margin[row]);
    expect(read('item-rating', row, { state })).toBeCloseTo(rating[row]!, 6);
    expect(read('item-views7', row, { state })).toBeCloseTo(Math.log(1 + views7[row]!), 5);
  });
});
