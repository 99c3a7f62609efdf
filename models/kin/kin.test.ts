import { describe, expect, it } from 'vitest';
import { DEFAULT_BASKETS, listedBy } from '../bought-together/bought-together.ts';
import type { SparseRows } from '../contract.ts';
import { collectRows } from '../sparse.ts';
import { histories, type ToyTouch } from '../toy-data.ts';
import { DEFAULT_KIN, inheritLists, kinCard } from './kin.ts';

const ITEMS = 6;
const basket = (...items: number[]): ToyTouch[] =>
  items.map((item) => ({ item, kind: 'purchase', time: 1, visit: 0 }));
const shop = histories(ITEMS, [basket(0, 1), basket(0, 1, 2), basket(2, 3), basket(1, 3), basket(0, 3)]);
const baskets = {
  ...DEFAULT_BASKETS,
  sizePower: 0,
  from: 0.8,
  to: 0.5,
  shrinkage: 0,
  recency: 0,
  minSupport: 1,
};

/** Item 4 is new and like 1 (a good deal) and 3 (a little); item 5 is new and like nothing. */
const alike = collectRows(ITEMS, (item) =>
  item === 4 ? { ids: [1, 3], weights: [0.8, 0.4] } : { ids: [], weights: [] },
);
const columns = listedBy(shop, baskets, { until: 2, chosen: Uint8Array.of(0, 1, 0, 1, 0, 0) });
const entries = ({ offsets, ids, weights, pairs }: SparseRows, row: number) =>
  Array.from(ids.subarray(offsets[row], offsets[row + 1]), (id, at) => ({
    id,
    weight: weights[offsets[row]! + at]!,
    alike: pairs![offsets[row]! + at]!,
  }));

/** The cosine of the list of `i` for `j`, counted by hand. */
function weightOf(i: number, j: number): number {
  const sets = [
    [0, 1],
    [0, 1, 2],
    [2, 3],
    [1, 3],
    [0, 3],
  ];
  const held = (...items: number[]) => sets.filter((set) => items.every((item) => set.includes(item))).length;
  return i === j ? 0 : held(i, j) / (held(i) ** 0.8 * held(j) ** 0.5);
}

describe('kin', () => {
  it('lends a new item what each known one says of the items like it, by squared likeness', () => {
    const rows = inheritLists(alike, columns, DEFAULT_KIN);
    const total = DEFAULT_KIN.doubt + 0.8 ** 2 + 0.4 ** 2;
    for (const { id, weight } of entries(rows, 4))
      expect(weight).toBeCloseTo((0.8 ** 2 * weightOf(id, 1) + 0.4 ** 2 * weightOf(id, 3)) / total, 6);
    expect(
      entries(rows, 4)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([0, 1, 2, 3]);
    expect(rows.offsets.at(-1)).toBe(4);
  });

  it('says how alike its kin are, and of the others that they are not', () => {
    const known = new Map(
      entries(inheritLists(alike, columns, DEFAULT_KIN), 4).map((one) => [one.id, one.alike]),
    );
    expect([known.get(0), known.get(1), known.get(2), known.get(3)]).toEqual([0, 204, 0, 102]);
  });

  it('keeps the kin where a list is cut, though nothing is inherited by them', () => {
    const alone = inheritLists(alike, columns, { ...DEFAULT_KIN, most: 1 });
    const kept = entries(alone, 4);
    expect(kept.map(({ id }) => id).sort()).toEqual([...new Set([kept[0]!.id, 1, 3])].sort());
    const silent = collectRows(ITEMS, () => ({ ids: [], weights: [] }));
    expect(entries(inheritLists(alike, silent, DEFAULT_KIN), 4).every(({ weight }) => weight > 0)).toBe(true);
  });

  it('gives each of many new items less room', () => {
    const rows = inheritLists(alike, columns, { ...DEFAULT_KIN, anItem: 1 / ITEMS });
    expect(entries(rows, 4)[0]!.alike === 0 ? 3 : 2).toBe(entries(rows, 4).length);
  });

  it('says what it is', () => {
    const rows = inheritLists(alike, columns, DEFAULT_KIN);
    expect(kinCard(rows, DEFAULT_KIN, 1).metrics['entries']).toBe(4);
  });
});
