import { describe, expect, test } from 'vitest';
import { loadKernel } from '../kernel/load.ts';
import { SOURCES, type Source } from '../protocol/slate.ts';
import type { Engine, ShopperState } from './contract.ts';
import { rowOf } from './identity.ts';
import { observe } from './observe.ts';
import { contributions } from './reason.ts';
import { recommend } from './recommend.ts';
import { RETRIEVERS, retrieve } from './retrieval/retrieve.ts';
import { eligible } from './rules.ts';
import { applyEvents } from './session.ts';
import type { Blend } from './settings.ts';
import { type Deed, eventOf, itemId, moment, NOBODY, openShop } from './shop.case.ts';

const shop = openShop(loadKernel(), { items: 1200, seed: 41 });
const request = { placement: 'for-you' } as const;
const deeds: Deed[] = [
  ['purchase', itemId(110), 50],
  ['view', itemId(205), 40],
  ['cart', itemId(310), 30],
  ['view', itemId(415), 20],
  ['view', itemId(520), 10],
];
const state = applyEvents(NOBODY, deeds.map(eventOf));
const alone = (source: Source): Engine => {
  const blend = Object.fromEntries(SOURCES.map((other) => [other, other === source ? 1 : 0])) as Blend;
  const shelf = { ...shop.settings.placements['for-you'], sources: [source] };
  const placements = { ...shop.settings.placements, 'for-you': shelf };
  return { ...shop, settings: { ...shop.settings, blend, placements } };
};

/** What a source would score a row without one of the shopper's items, ages and strengths left as they are. */
function scoreWithout(source: Source, anchorRow: number, row: number): number {
  const seen = observe(shop, state, { request, moment: moment() });
  const anchors = seen.anchors.filter((anchor) => anchor.row !== anchorRow);
  const query = { engine: shop, seen: { ...seen, anchors }, eligible: eligible(shop, seen) };
  const out = new Float32Array(1);
  RETRIEVERS[source].open(query).score(Uint32Array.of(row), out);
  return out[0]!;
}

describe('a reason', () => {
  test.each(['transitions', 'bought-together'] as const)(
    'of %s names the item without which the score falls most',
    (source) => {
      const { entries } = recommend(alone(source), state, { ...request, limit: 20 }, moment());
      const named = new Set<string>();
      for (const { item, reason, sponsored } of entries) {
        if (sponsored || !('item' in reason)) continue;
        expect(reason.source).toBe(source);
        const row = rowOf(shop, item);
        const left = deeds.map(
          ([, anchor]) => [anchor, scoreWithout(source, rowOf(shop, anchor), row)] as const,
        );
        const least = Math.min(...left.map(([, score]) => score));
        expect(left.filter(([, score]) => score === least).map(([anchor]) => anchor)).toContain(reason.item);
        named.add(reason.item);
      }
      expect(named.size).toBeGreaterThan(1);
    },
  );

  test('of similarity names the item nearest to it, by weight', () => {
    const { entries } = recommend(alone('embedding'), state, { ...request, limit: 20 }, moment());
    const { embeddings, queryEmbeddings } = shop.shard;
    const dot = (a: number, b: number) => {
      let sum = 0;
      for (let d = 0; d < 64; d++) sum += queryEmbeddings.rows[a * 64 + d]! * embeddings.rows[b * 64 + d]!;
      return sum * queryEmbeddings.scales[a]! * embeddings.scales[b]!;
    };
    const { anchors } = observe(shop, state, { request, moment: moment() });
    for (const { item, reason } of entries) {
      if (!('item' in reason)) continue;
      const shares = anchors.map(
        (anchor) => anchor.strength * 0.7 ** anchor.age * dot(anchor.row, rowOf(shop, item)),
      );
      expect(rowOf(shop, reason.item)).toBe(anchors[shares.indexOf(Math.max(...shares))]!.row);
    }
  });

  test('of several sources names the item that they say most of together, and the source that says most of it', () => {
    const weighed: Partial<Blend> = { transitions: 1, embedding: 20, 'bought-together': 1, content: 10 };
    const blend = Object.fromEntries(SOURCES.map((one) => [one, weighed[one] ?? 0])) as Blend;
    const engine: Engine = { ...shop, settings: { ...shop.settings, blend } };
    const seen = observe(engine, state, { request, moment: moment() });
    const retrieval = retrieve(engine, seen, eligible(engine, seen));
    const contributionsOf = contributions(engine, seen, retrieval);
    const rows = [...retrieval.candidates.items];
    let overruled = 0;
    for (const { item, reason } of recommend(engine, state, { ...request, limit: 40 }, moment()).entries) {
      if (!('item' in reason)) continue;
      const row = rowOf(engine, item);
      const says = new Map<string, number>();
      const most = new Map<string, readonly [number, Source]>();
      for (const { source, value } of contributionsOf(rows.indexOf(row))) {
        const found = retrieval.opened[source].shares?.(row, new Float64Array(seen.anchors.length));
        if (found === undefined) continue;
        const shares = [...found].map((share) => Math.max(0, share));
        const total = shares.reduce((a, b) => a + b, 0);
        seen.anchors.forEach((anchor, at) => {
          const part = total > 0 ? (value * shares[at]!) / total : 0;
          says.set(anchor.item, (says.get(anchor.item) ?? 0) + part);
          if (part > (most.get(anchor.item)?.[0] ?? 0)) most.set(anchor.item, [part, source]);
        });
      }
      expect(says.get(reason.item)).toBeCloseTo(Math.max(...says.values()), 6);
      expect(reason.source).toBe(most.get(reason.item)?.[1]);
      const [first] = contributionsOf(rows.indexOf(row));
      if (retrieval.opened[first!.source].carrier(row)?.item !== reason.item) overruled++;
    }
    expect(overruled).toBeGreaterThan(0);
  });

  test('tells what the shopper did with the item that it names', () => {
    const kinds = new Map<string, string>();
    for (const source of ['transitions', 'embedding', 'bought-together', 'content'] as const) {
      for (const { reason } of recommend(alone(source), state, { ...request, limit: 50 }, moment()).entries)
        if ('item' in reason) kinds.set(reason.item, reason.kind);
    }
    expect(kinds.get(itemId(110))).toBe('bought');
    expect(kinds.get(itemId(310))).toBe('in-cart');
    expect(kinds.get(itemId(520))).toBe('viewed');
  });

  test('of a category names it', () => {
    const category = shop.shard.column('category');
    const { entries } = recommend(alone('category'), state, { ...request, limit: 20 }, moment());
    expect(entries.length).toBeGreaterThan(5);
    for (const { item, reason, sponsored } of entries) {
      if (sponsored) continue;
      const name = shop.shard.categories[category[rowOf(shop, item)]!];
      expect(reason).toEqual({ kind: 'category', source: 'category', category: name });
    }
  });

  test('comes from the source that contributes most to the blend', () => {
    const seen = observe(shop, state, { request, moment: moment() });
    const retrieval = retrieve(shop, seen, eligible(shop, seen));
    const contributionsOf = contributions(shop, seen, retrieval);
    const { blend } = shop.settings;
    for (let at = 0; at < retrieval.candidates.items.length; at += 7) {
      const values = SOURCES.map((source) => blend[source] * retrieval.shaped[source][at]!);
      expect(contributionsOf(at)[0]!.value).toBeCloseTo(Math.max(...values), 6);
    }
  });

  test('is popularity for somebody of whom nothing is known', () => {
    const nobody: ShopperState = NOBODY;
    const kinds = recommend(shop, nobody, request, moment({ rules: 'off' })).entries.map(
      ({ reason }) => reason.kind,
    );
    expect(new Set(kinds).size).toBeGreaterThan(0);
    expect(kinds.every((kind) => kind === 'popular' || kind === 'trending')).toBe(true);
  });
});
