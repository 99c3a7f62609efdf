import { describe, expect, it } from 'vitest';
import type { SparseRows } from '../contract.ts';
import { histories, type ToyTouch } from '../toy-data.ts';
import { boughtTogetherCard, DEFAULT_BASKETS, fitBoughtTogether } from './bought-together.ts';

const basket = (...items: number[]): ToyTouch[] =>
  items.map((item) => ({ item, kind: 'purchase', time: 1, visit: 0 }));
const lift = { ...DEFAULT_BASKETS, sizePower: 0, from: 1, to: 1, shrinkage: 0, recency: 0, minSupport: 1 };
const list = ({ offsets, ids }: SparseRows, i: number): number[] => [
  ...ids.subarray(offsets[i], offsets[i + 1]),
];

describe('bought together', () => {
  // 0 and 1 always share a basket; 2 is in every basket and so says nothing.
  const shop = histories(4, [basket(0, 1, 2), basket(0, 1, 2), basket(2, 3), basket(2, 3), basket(2)]);

  it('is plain lift with exponents of one', () => {
    const rows = fitBoughtTogether(shop, lift, 2);
    expect(list(rows, 0)).toEqual([1, 2]);
    expect([...rows.weights.subarray(rows.offsets[0], rows.offsets[1])]).toEqual([
      Math.fround(2 / (2 * 2)),
      Math.fround(2 / (2 * 5)),
    ]);
  });

  it('believes many baskets more than few', () => {
    const few = histories(4, [basket(0, 1), ...Array.from({ length: 9 }, () => basket(0, 2)), basket(1)]);
    expect(list(fitBoughtTogether(few, { ...lift, from: 0.5, to: 1 }, 2), 0)).toEqual([1, 2].reverse());
    const rare = histories(4, [basket(0, 1), ...Array.from({ length: 9 }, () => basket(0, 2)), basket(2)]);
    expect(list(fitBoughtTogether(rare, lift, 2), 0)[0]).toBe(1);
    expect(list(fitBoughtTogether(rare, { ...lift, shrinkage: 3 }, 2), 0)[0]).toBe(2);
  });

  it('counts people, not baskets, as support', () => {
    const again = [...basket(0, 1), ...basket(0, 1).map((touch) => ({ ...touch, time: 2, visit: 1 }))];
    expect(list(fitBoughtTogether(histories(2, [again]), { ...lift, minSupport: 2 }, 3), 0)).toEqual([]);
    expect(
      list(fitBoughtTogether(histories(2, [again, basket(0, 1)]), { ...lift, minSupport: 2 }, 3), 0),
    ).toEqual([1]);
  });

  it('takes whole visits for baskets where nothing was bought, and only purchases where something was', () => {
    expect(
      list(
        fitBoughtTogether(
          histories(3, [
            [0, 1],
            [0, 1],
          ]),
          lift,
          2,
        ),
        0,
      ),
    ).toEqual([1]);
    const mixed = histories(3, [[{ item: 2 }, ...basket(0, 1)]]);
    expect(list(fitBoughtTogether(mixed, lift, 2), 0)).toEqual([1]);
  });

  it('says what it is', () => {
    expect(boughtTogetherCard(fitBoughtTogether(shop, lift, 2), lift, 1).metrics['items']).toBe(4);
  });
});
