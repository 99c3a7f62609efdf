import { describe, expect, it } from 'vitest';
import type { SparseRows } from '../contract.ts';
import { histories } from '../toy-data.ts';
import { DEFAULT_TRANSITIONS, fitTransitions, transitionsCard } from './transitions.ts';

const plain = { ...DEFAULT_TRANSITIONS, distancePower: 1, backward: 0.5, from: 0, to: 0, minSupport: 1 };

const weight = ({ offsets, ids, weights }: SparseRows, i: number, j: number): number => {
  for (let e = offsets[i]!; e < offsets[i + 1]!; e++) if (ids[e] === j) return weights[e]!;
  return 0;
};

describe('transitions', () => {
  it('weighs a pair by its distance, and what is read backwards by its share', () => {
    const rows = fitTransitions(histories(3, [[0, 1, 2]]), plain, 0);
    expect(weight(rows, 0, 1)).toBe(1);
    expect(weight(rows, 0, 2)).toBe(0.5);
    expect(weight(rows, 1, 0)).toBe(0.5);
    expect(weight(rows, 2, 0)).toBe(0.25);
    expect(weight(rows, 0, 0)).toBe(0);
  });

  it('looks no further than its window', () => {
    const rows = fitTransitions(histories(3, [[0, 1, 2]]), { ...plain, window: 1 }, 0);
    expect(weight(rows, 0, 2)).toBe(0);
    expect(weight(rows, 0, 1)).toBe(1);
  });

  it('divides by the popularity of both sides', () => {
    const data = histories(2, [[0, 1], [0, 1], [1]]);
    const rows = fitTransitions(data, { ...plain, from: 1, to: 1 }, 0);
    expect(weight(rows, 0, 1)).toBeCloseTo(2 / (2 * 3), 6);
  });

  it('drops what too few people did, however often they did it', () => {
    const data = histories(3, [
      [0, 1, 0, 1, 0, 1],
      [0, 2],
      [0, 2],
    ]);
    const rows = fitTransitions(data, { ...plain, minSupport: 2 }, 0);
    expect(weight(rows, 0, 1)).toBe(0);
    expect(weight(rows, 0, 2)).toBe(2);
  });

  it('reads no order into a basket, and shares its weight among its lines', () => {
    const at = (time: number, ...items: number[]) => items.map((item) => ({ item, time, visit: time }));
    const rows = fitTransitions(histories(4, [[...at(1, 0, 1), ...at(2, 2, 3)]]), plain, 0);
    expect(weight(rows, 0, 1)).toBe(0);
    expect(weight(rows, 0, 2)).toBeCloseTo(1 / 2, 6);
  });

  it('keeps the best of a list, best first, and says what it is', () => {
    const data = histories(4, [
      [0, 1],
      [0, 1],
      [0, 2],
      [0, 3],
    ]);
    const rows = fitTransitions(data, { ...plain, most: 2 }, 0);
    expect([...rows.ids.subarray(rows.offsets[0], rows.offsets[1])]).toEqual([1, 2]);
    expect(transitionsCard(rows, plain, 7)).toMatchObject({ model: 'transitions', seed: 7 });
  });
});
