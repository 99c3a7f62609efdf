import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { histories } from '../toy-data.ts';
import { fitOrder, orderCard } from './order.ts';

const ITEMS = 12;
const random = createRandom(4);

/** Items are turned to in the order of their numbers, a few at a time; item 11 was never touched. */
const data = histories(
  ITEMS,
  Array.from({ length: 300 }, () =>
    Array.from({ length: ITEMS - 1 }, (_, i) => i).filter(() => random.next() < 0.4),
  ).filter((own) => own.length > 0),
);
const order = fitOrder(data);

describe('order', () => {
  it('finds the latent time of items that people turn to one after the other', () => {
    for (let i = 1; i < ITEMS - 1; i++) expect(order.stage[i]).toBeGreaterThan(order.stage[i - 1]!);
    expect(order.stage[ITEMS - 1]).toBe(0);
    const touched = order.stage.subarray(0, ITEMS - 1);
    expect(touched.reduce((sum, t) => sum + t, 0)).toBeCloseTo(0, 4);
    expect(touched.reduce((sum, t) => sum + t * t, 0) / (ITEMS - 1)).toBeCloseTo(1, 4);
  });

  it('solves the least squares that it says, against elimination', () => {
    const small = histories(3, [
      [0, 1, 2],
      [1, 0],
      [0, 2],
    ]);
    // Normal equations by hand: pairs (0,1) (0,2) (1,2) weigh 1/3, (1,0) and (0,2) weigh 1/2; ridge 1/2.
    const third = 1 / 3;
    const t = solve(
      [
        [0.5 + 2 * third + 1, -third - 0.5, -third - 0.5],
        [-third - 0.5, 0.5 + 2 * third + 0.5, -third],
        [-third - 0.5, -third, 0.5 + 2 * third + 0.5],
      ],
      [-2 * third + 0.5 - 0.5, third - third - 0.5, 2 * third + 0.5],
    );
    const mean = t.reduce((sum, value) => sum + value, 0) / 3;
    const deviation = Math.sqrt(t.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3);
    fitOrder(small).stage.forEach((value, i) => {
      expect(value).toBeCloseTo((t[i]! - mean) / deviation, 4);
    });
  });

  it('knows what opens and closes histories, and where in them an item stands', () => {
    expect(order.opens[0]).toBeGreaterThan(order.opens[10]!);
    expect(order.closes[10]).toBeGreaterThan(order.closes[0]!);
    expect(order.place[0]).toBeLessThan(-0.5);
    expect(order.place[10]).toBeGreaterThan(0.5);
    const one = fitOrder(histories(2, [[0, 1], [0]]));
    expect([...one.opens]).toEqual([Math.fround(Math.log(3 / 7)), Math.fround(Math.log(1 / 6))]);
    expect([...one.closes]).toEqual([Math.fround(Math.log(2 / 7)), Math.fround(Math.log(2 / 6))]);
    expect([...one.place]).toEqual([Math.fround(-1 / 7), Math.fround(1 / 6)]);
  });

  it('sees no order among rows of one moment', () => {
    const basket = [0, 1, 2].map((item) => ({ item, time: 5 }));
    const { stage, place } = fitOrder(histories(3, [basket, basket.toReversed()]));
    expect([...stage]).toEqual([0, 0, 0]);
    expect([...place]).toEqual([0, 0, 0]);
    expect(orderCard(order, 1).metrics['items']).toBe(ITEMS);
  });
});

/** Gaussian elimination. */
function solve(a: number[][], b: number[]): number[] {
  const rows = a.map((row, i) => [...row, b[i]!]);
  for (let i = 0; i < rows.length; i++)
    for (let r = 0; r < rows.length; r++) {
      if (r === i) continue;
      const factor = rows[r]![i]! / rows[i]![i]!;
      rows[r] = rows[r]!.map((value, c) => value - factor * rows[i]![c]!);
    }
  return rows.map((row, i) => row.at(-1)! / row[i]!);
}
