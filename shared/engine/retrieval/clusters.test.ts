import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { loadKernel } from '../../kernel/load.ts';
import type { ShopperState } from '../contract.ts';
import { recommend } from '../recommend.ts';
import { DEFAULT_SETTINGS, FunnelSettings } from '../settings.ts';
import { itemId, moment, NOBODY, openShop } from '../shop.case.ts';
import { popular } from './popular.ts';
import { retrieverSuite } from './retriever.case.ts';

const clusters = [
  {
    mode: { home: 'flat', size: '1' },
    top: {
      [itemId(17)]: 100,
      [itemId(5)]: 400,
      [itemId(301)]: 300,
      'gone-from-the-shop': 200,
      [itemId(300)]: 300,
    },
    rest: 0.001,
  },
  { mode: { home: 'house', size: '4' }, top: { [itemId(40)]: 50 }, rest: 1 },
];
const kernel = loadKernel({ build: 'js' });
const shop = { items: 800, seed: 11 };
const engine = openShop(kernel, { ...shop, settings: { clusters } });
const without = openShop(kernel, shop);

const cold = (attributes: Record<string, string>): ShopperState => ({
  ...NOBODY,
  profile: { ...NOBODY.profile, attributes },
});
const asked = { request: { placement: 'for-you' }, moment: moment({ rules: 'off' }) } as const;
const slate = (of: typeof engine, state: ShopperState, placement: 'for-you' | 'trending' = 'for-you') =>
  recommend(of, state, { placement }, asked.moment).entries;

retrieverSuite(popular, [
  { name: 'a cold shopper of a cluster', engine, state: cold({ home: 'flat' }), ...asked, speaks: true },
  { name: 'of one with a short list', engine, state: cold({ size: '4' }), ...asked, speaks: true },
  { name: 'of none', engine, state: cold({ home: 'boat' }), ...asked, speaks: true },
]);

describe('what a cold shopper is shown', () => {
  test("is their cluster's list first, and a reason that says so", () => {
    const entries = slate(engine, cold({ home: 'flat', size: '1' }));
    const listed = [5, 300, 301, 17].map((row) => itemId(row));
    expect(entries[0]!.item).toBe(itemId(5));
    for (const { item, reason } of entries.filter(({ reason }) => reason.source === 'popular'))
      expect(reason.kind).toBe(listed.includes(item) ? 'popular-alike' : 'popular');
    expect(entries.filter(({ reason }) => reason.kind === 'popular-alike').length).toBeGreaterThan(2);
  });

  test('is that of the cluster that shares most values, of the first where two share as many', () => {
    const first = (attributes: Record<string, string>) => slate(engine, cold(attributes))[0]!.item;
    expect(first({ home: 'flat', size: '4', garden: 'no' })).toBe(itemId(5));
    expect(first({ size: '1', home: 'tent' })).toBe(itemId(5));
  });

  test.each([
    ['who says nothing', NOBODY],
    ['of no cluster', cold({ home: 'boat' })],
  ])('is what everybody buys for one %s', (_, state) => {
    expect(slate(engine, state)).toEqual(slate(without, state));
  });

  test('is what everybody buys on a shelf that is the same for all', () => {
    const state = cold({ home: 'flat' });
    expect(slate(engine, state, 'trending')).toEqual(slate(without, state, 'trending'));
  });
});

test('one of whom items are known is ranked as if there were no clusters', () => {
  const state: ShopperState = {
    ...NOBODY,
    profile: {
      ...cold({ home: 'flat' }).profile,
      cart: [itemId(41)],
      interactions: [
        { item: itemId(14), kind: 'view', time: asked.moment.now - 5000, session: 's' as never },
      ],
    },
  };
  expect(slate(engine, state)).toEqual(slate(without, state));
});

test.each([
  ['a score below 0', [{ mode: {}, top: { a: -1 }, rest: 1 }]],
  ['a score that is no number', [{ mode: {}, top: { a: '1' }, rest: 1 }]],
  ['a list without scores', [{ mode: {}, top: 'a', rest: 1 }]],
  ['a share above 1', [{ mode: {}, top: {}, rest: 1.5 }]],
  ['a value longer than any attribute', [{ mode: { home: 'x'.repeat(65) }, top: {}, rest: 1 }]],
])('refuses %s', (_, malformed) => {
  expect(v.safeParse(FunnelSettings, { ...DEFAULT_SETTINGS, clusters: malformed }).success).toBe(false);
  expect(v.safeParse(FunnelSettings, { ...DEFAULT_SETTINGS, clusters }).success).toBe(true);
});
