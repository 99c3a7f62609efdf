import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { loadKernel } from '../kernel/load.ts';
import type { ItemId, MarketId } from '../protocol/ids.ts';
import { PLACEMENTS } from '../protocol/placement.ts';
import { Slate, type SlateRequest } from '../protocol/slate.ts';
import type { Engine, Moment, ShopperState } from './contract.ts';
import { randomRanker } from './golden.case.ts';
import { rowOf } from './identity.ts';
import { has } from './mask.ts';
import { recommend } from './recommend.ts';
import { seededDraw } from './reranking/draw.ts';
import { score } from './score.ts';
import { applyEvents } from './session.ts';
import { type Deed, event, eventOf, itemId, moment, NOBODY, openShop, variantId } from './shop.case.ts';

const ITEMS = 900;
const shop = openShop(loadKernel(), { items: ITEMS, seed: 21 });
const ranked: Engine = { ...shop, ranker: randomRanker(shop.kernel, seededDraw(5)) };
const did = (...deeds: Deed[]): ShopperState => applyEvents(NOBODY, deeds.map(eventOf));
const ask = (state: ShopperState, request: SlateRequest, own: Partial<Moment> = {}, engine = shop) =>
  recommend(engine, state, request, moment(own));
const shown = ({ entries }: Slate) => entries.map(({ item }) => item);
const isStocked = (row: number) => has(shop.index.markets[0]!.inStock, row);
/** The first items in stock that are no variant groups. */
const [one, two, three] = Array.from({ length: ITEMS }, (_, row) => row)
  .filter((row) => row % 3 !== 0 && isStocked(row))
  .map(itemId) as [ItemId, ItemId, ItemId];

const deed = fc.tuple(
  fc.constantFrom<Deed[0]>('view', 'view', 'select', 'cart', 'purchase'),
  fc.nat(ITEMS - 1).map((row) => (row % 3 === 0 ? variantId(row, 'l') : itemId(row))),
  fc.nat(300),
);
const anyShopper = fc
  .record({
    deeds: fc.array(deed, { maxLength: 25 }),
    blocked: fc.array(fc.nat(ITEMS - 1), { maxLength: 40 }),
  })
  .map(({ deeds, blocked }) =>
    applyEvents(did(...deeds), [event('rec_feedback', blocked.map(itemId), { feedback: 'not-interested' })]),
  );
const anyRequest: fc.Arbitrary<SlateRequest> = fc.record({
  placement: fc.constantFrom(...PLACEMENTS),
  items: fc.array(fc.nat(ITEMS - 1).map(itemId), { maxLength: 3 }),
  limit: fc.integer({ min: 1, max: 50 }),
  exclude: fc.array(fc.nat(ITEMS - 1).map(itemId), { maxLength: 60 }),
});
const runs = { numRuns: 120 };

describe('whatever is asked, of whomever', () => {
  test('a slate is what the protocol says it is', () => {
    fc.assert(
      fc.property(anyShopper, anyRequest, fc.boolean(), (state, request, learned) => {
        const slate = ask(state, request, {}, learned ? ranked : shop);
        v.parse(Slate, slate);
        expect(slate.entries.map(({ position }) => position)).toEqual(slate.entries.map((_, at) => at));
        expect(slate.entries.length).toBeLessThanOrEqual(request.limit!);
        expect(slate.entries.length === 0).toBe(slate.status === 'empty');
        expect(new Set(shown(slate)).size).toBe(slate.entries.length);
      }),
      runs,
    );
  });

  test('no blocked, excluded, carted, sold out or bought item is shown', () => {
    const repeat = shop.shard.column('repeat');
    fc.assert(
      fc.property(anyShopper, anyRequest, (state, request) => {
        const slate = ask(state, request);
        const rows = (ids: readonly string[]) => new Set(ids.map((id) => rowOf(shop, id)));
        const bought = state.profile.interactions.filter(({ kind }) => kind === 'purchase');
        const hidden = rows([
          ...state.profile.blocked,
          ...state.profile.cart,
          ...request.exclude!,
          ...request.items!,
        ]);
        const own = rows(bought.map(({ item }) => item));
        for (const { item, variant } of slate.entries) {
          const row = rowOf(shop, item);
          expect(hidden.has(row)).toBe(false);
          expect(isStocked(row)).toBe(true);
          expect(rowOf(shop, variant)).toBe(row);
          expect(shop.index.markets[0]!.variantInStock(shop.shard.variants.ids.indexOf(variant))).toBe(true);
          if (request.placement !== 'recently-viewed' && own.has(row))
            expect(repeat[row]).toBeGreaterThanOrEqual(shop.settings.repeatable);
        }
      }),
      runs,
    );
  });

  test('the same arguments give the same slate, whatever was asked in between', () => {
    fc.assert(
      fc.property(anyShopper, anyRequest, anyRequest, (state, request, other) => {
        const first = ask(state, request, {}, ranked);
        ask(state, other, {}, ranked);
        ask(NOBODY, other, {}, shop);
        expect(ask(state, request, {}, ranked)).toEqual(first);
      }),
      runs,
    );
  });

  test('without business rules, what the page excludes still stays away, and own items may come', () => {
    const state = did(['purchase', one, 30], ['cart', two, 20], ['view', three, 10]);
    const rules = 'off' as const;
    const request: SlateRequest = { placement: 'for-you', limit: 50 };
    const sources = [...shop.settings.placements['for-you'].sources];
    const keeping = {
      ...shop,
      settings: {
        ...shop.settings,
        blend: { ...shop.settings.blend, history: 5 },
        placements: {
          ...shop.settings.placements,
          'for-you': { ...shop.settings.placements['for-you'], sources },
        },
      },
    };
    expect(
      shown(ask(state, request, { rules }, keeping))
        .slice(0, 3)
        .sort(),
    ).toEqual([one, two, three].sort());
    const without = ask(state, { ...request, exclude: [one, three] }, { rules }, keeping);
    expect(shown(without)).toContain(two);
    expect(shown(without)).not.toContain(one);
    expect(shown(without)).not.toContain(three);
  });
});

describe('the placements', () => {
  const state = did(['view', one, 30], ['purchase', two, 20], ['view', three, 10]);

  test('for-you: personal; popular for nobody, and says so', () => {
    expect(ask(state, { placement: 'for-you' })).toMatchObject({ status: 'personal', cause: 'ok' });
    const cold = ask(NOBODY, { placement: 'for-you' });
    expect(cold).toMatchObject({ status: 'popular', cause: 'no-history' });
    expect(cold.entries).toHaveLength(12);
    for (const { reason, sponsored } of cold.entries)
      expect(sponsored ? 'sponsored' : reason.kind).toBe(reason.kind);
    expect(ask(NOBODY, { placement: 'for-you' }, {}, ranked)).toEqual(cold);
  });

  test('three views change it', () => {
    const before = shown(ask(NOBODY, { placement: 'for-you' }));
    const after = shown(
      ask(did(['view', one, 3], ['view', two, 2], ['view', three, 1]), { placement: 'for-you' }),
    );
    expect(after).not.toEqual(before);
  });

  test('similar: to the seed, not to the shopper; nothing without one', () => {
    const slate = ask(state, { placement: 'similar', items: [itemId(40)] });
    expect(slate.entries.length).toBeGreaterThan(5);
    for (const { reason } of slate.entries)
      if (reason.kind !== 'sponsored') expect(reason).toMatchObject({ kind: 'seed', item: itemId(40) });
    for (const items of [undefined, ['unknown' as ItemId]]) {
      const none = ask(state, { placement: 'similar', ...(items === undefined ? {} : { items }) });
      expect(none).toMatchObject({ status: 'empty', cause: 'nothing-to-say', entries: [] });
    }
  });

  test('bought-together: with the cart, or with what is named', () => {
    const carted = did(['cart', one, 5], ['cart', two, 4]);
    const slate = ask(carted, { placement: 'bought-together' });
    const items = slate.entries.flatMap(({ reason }) =>
      'item' in reason ? [[reason.kind, reason.item]] : [],
    );
    expect(items.length).toBeGreaterThan(0);
    expect(items.every(([kind, item]) => kind === 'in-cart' && (item === one || item === two))).toBe(true);
    expect(ask(state, { placement: 'bought-together' }).status).toBe('empty');
    expect(ask(state, { placement: 'bought-together', items: [two] }).status).toBe('personal');
  });

  test('because-you-viewed: the last view, and never that item itself', () => {
    const slate = ask(state, { placement: 'because-you-viewed' });
    for (const { reason } of slate.entries)
      if (reason.kind !== 'sponsored') expect(reason).toMatchObject({ kind: 'viewed', item: three });
    expect(shown(slate)).not.toContain(three);
    expect(ask(did(['purchase', two, 3]), { placement: 'because-you-viewed' }).status).toBe('empty');
  });

  test('trending: the same for everybody who may see the same', () => {
    const request: SlateRequest = { placement: 'trending' };
    const trends = shown(ask(NOBODY, request));
    expect(trends).toEqual(shown(ask(did(['view', one, 3]), request, {}, ranked)));
    expect(trends).toHaveLength(12);
  });

  test('recently-viewed: newest first, what was only bought left out', () => {
    expect(shown(ask(state, { placement: 'recently-viewed' }))).toEqual([three, one]);
    expect(shown(ask(state, { placement: 'recently-viewed' }, {}, ranked))).toEqual([three, one]);
    expect(shown(ask(state, { placement: 'recently-viewed', items: [three] }))).toEqual([one]);
  });

  test('a "don\'t use this view" takes the view out of everything', () => {
    const unused = applyEvents(state, [event('rec_feedback', [three], { feedback: 'dont-use' })]);
    const same = did(['view', one, 30], ['purchase', two, 20]);
    expect(shown(ask(unused, { placement: 'for-you' }))).toEqual(shown(ask(same, { placement: 'for-you' })));
  });
});

test('what is in the cart is no candidate; out of it again, it is', () => {
  const wide = {
    ...shop,
    settings: {
      ...shop.settings,
      ranked: ITEMS,
      proposals: { ...shop.settings.proposals, embedding: ITEMS },
    },
  };
  const candidates = (state: ShopperState) => [
    ...score(wide, state, { placement: 'for-you' }, moment()).candidates.items,
  ];
  const carted = did(['view', one, 9], ['cart', two, 3]);
  expect(candidates(carted)).not.toContain(rowOf(shop, two));
  expect(candidates(carted)).toContain(rowOf(shop, one));
  expect(candidates(applyEvents(carted, [event('remove_from_cart', [two])]))).toContain(rowOf(shop, two));
});

test('what was bought stays known as bought, even if its purchase is to count for nothing', () => {
  const repeat = shop.shard.column('repeat');
  const row = Array.from({ length: ITEMS }, (_, at) => at).find(
    (at) => at % 3 !== 0 && isStocked(at) && repeat[at]! < 0.2 && at > 100,
  )!;
  const bought = did(['purchase', itemId(row), 50], ['view', one, 3]);
  const unused = applyEvents(bought, [event('rec_feedback', [itemId(row)], { feedback: 'dont-use' })]);
  const wide = {
    ...shop,
    settings: {
      ...shop.settings,
      ranked: ITEMS,
      proposals: { ...shop.settings.proposals, embedding: ITEMS },
    },
  };
  const candidates = (state: ShopperState) =>
    score(wide, state, { placement: 'for-you' }, moment()).candidates.items;
  expect(candidates(did(['view', one, 3]))).toContain(row);
  expect(candidates(unused)).not.toContain(row);
});

describe('what a slate says', () => {
  test('shows the variant that the shopper knows, else one in stock', () => {
    const rows = Array.from({ length: ITEMS / 3 }, (_, at) => at * 3);
    const both = rows.find((row) => ['l', 's'].every((size) => inStock(variantId(row, size))))!;
    const half = rows.find((row) => !inStock(variantId(row, 'l')) && inStock(variantId(row, 's')))!;
    function inStock(variant: ItemId): boolean {
      return shop.index.markets[0]!.variantInStock(shop.shard.variants.ids.indexOf(variant));
    }
    const state = did(['view', variantId(both, 's'), 2], ['view', variantId(half, 'l'), 1]);
    const { entries } = ask(state, { placement: 'recently-viewed' });
    expect(entries.map(({ item, variant }) => [item, variant])).toEqual([
      [itemId(half), variantId(half, 's')],
      [itemId(both), variantId(both, 's')],
    ]);
  });

  test('speaks the market that was asked for', () => {
    const uk = shown(ask(NOBODY, { placement: 'trending', limit: 50 }));
    const de = shown(ask(NOBODY, { placement: 'trending', limit: 50, market: 'de' as MarketId }));
    const german = shop.index.markets[1]!;
    expect(de).not.toEqual(uk);
    expect(de.every((id) => has(german.inStock, rowOf(shop, id)))).toBe(true);
  });

  test('holds the threshold', () => {
    const state = did(['view', one, 3]);
    const all = ask(state, { placement: 'for-you' });
    const threshold = all.entries[4]!.score;
    const some = ask(state, { placement: 'for-you', threshold });
    expect(some.entries.length).toBeLessThan(all.entries.length);
    expect(some.entries.every((entry) => entry.score >= threshold)).toBe(true);
    expect(ask(state, { placement: 'for-you', threshold: 1e9 })).toMatchObject({ status: 'empty' });
  });

  test('leaves what other shelves show, until nothing else is left', () => {
    const state = did(['view', one, 3]);
    const first = shown(ask(state, { placement: 'for-you', limit: 6 }));
    const second = shown(ask(state, { placement: 'for-you', limit: 6, avoid: first as ItemId[] }));
    expect(second).toHaveLength(6);
    expect(second.some((id) => first.includes(id))).toBe(false);
    const views = did(['view', one, 3], ['view', two, 2]);
    expect(shown(ask(views, { placement: 'recently-viewed', avoid: [two] }))).toEqual([one, two]);
  });

  test('tells how long each stage took, if asked', () => {
    let ticks = 0;
    const stages: Record<string, number> = {};
    ask(did(['view', one, 3]), { placement: 'for-you' }, { trace: { clock: () => ticks++, stages } }, ranked);
    expect(Object.keys(stages)).toEqual([
      'session',
      'retrieval',
      'features',
      'ranking',
      'reranking',
      'reason',
    ]);
  });
});
