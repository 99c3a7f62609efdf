import { describe, expect, test } from 'vitest';
import { loadKernel } from '../kernel/load.ts';
import type { SlateRequest } from '../protocol/slate.ts';
import { rowOf } from './identity.ts';
import { recommend } from './recommend.ts';
import { score } from './score.ts';
import { applyEvents } from './session.ts';
import { type Deed, eventOf, isFresh, itemId, moment, NOBODY, openShop } from './shop.case.ts';

const ITEMS = 1500;
const shop = openShop(loadKernel(), { items: ITEMS, seed: 51 });
const deeds: Deed[] = [
  ['view', itemId(40), 9],
  ['purchase', itemId(53), 5],
  ['view', itemId(14), 2],
];
const shopper = applyEvents(NOBODY, deeds.map(eventOf));
const known = Array.from({ length: ITEMS }, (_, row) => row).filter((row) => !isFresh(row));
const request: SlateRequest = { placement: 'for-you', limit: 20, exclude: known.map(itemId) };
const asked = moment({ rules: 'off' });

describe('new items', () => {
  test('are those that nobody has touched, and they alone have kin', () => {
    expect([...shop.index.fresh.rows]).toEqual([...Array(ITEMS).keys()].filter(isFresh));
  });

  test('stand in the order of their own source, whatever the blend says of them', () => {
    const { entries } = recommend(shop, shopper, request, asked);
    const rows = entries.map(({ item }) => rowOf(shop, item));
    const { candidates } = score(shop, shopper, request, asked);
    const scoreOf = (row: number) => candidates.scores.fresh[candidates.items.indexOf(row)]!;
    expect(rows).toHaveLength(20);
    expect(rows.map(scoreOf)).toEqual(rows.map(scoreOf).sort((a, b) => b - a));
    expect(new Set(rows.map(scoreOf)).size).toBeGreaterThan(10);
  });

  test('leave the others where they are', () => {
    const without = {
      ...shop,
      index: { ...shop.index, fresh: { ...shop.index.fresh, rows: new Uint32Array(0) } },
    };
    const all: SlateRequest = { placement: 'for-you', limit: 50 };
    const shown = (engine: typeof shop) =>
      recommend(engine, shopper, all, asked)
        .entries.map(({ item }) => rowOf(engine, item))
        .filter((row) => !isFresh(row));
    const [some, others] = [shown(shop), shown(without)];
    const shared = Math.min(some.length, others.length);
    expect(some.slice(0, shared)).toEqual(others.slice(0, shared));
  });
});
