import { describe, expect, test } from 'vitest';
import { clustered, exactNeighbours, hard, recallOf } from './data.ts';

describe.each([
  ['clustered', clustered],
  ['hard', hard],
])('%s vectors', (_, make) => {
  const data = make({ items: 600, queries: 8, seed: 3 });

  test('are the same for the same seed, others for another, and of length one', () => {
    expect(make({ items: 600, queries: 8, seed: 3 })).toEqual(data);
    expect(make({ items: 600, queries: 8, seed: 4 }).values).not.toEqual(data.values);
    for (let r = 0; r < data.items; r++) {
      const row = data.values.subarray(r * data.dims, (r + 1) * data.dims);
      expect(row.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(1, 5);
    }
  });

  test('have the neighbours that a sort finds', () => {
    const exact = exactNeighbours(data, 8, 10);
    exact.forEach((rows, q) => {
      const dot = (row: number) => {
        let sum = 0;
        for (let d = 0; d < data.dims; d++)
          sum += data.values[row * data.dims + d]! * data.queries[q * data.dims + d]!;
        return Math.fround(sum);
      };
      const sorted = Array.from({ length: data.items }, (_, row) => row).sort(
        (a, b) => dot(b) - dot(a) || a - b,
      );
      expect(rows).toEqual(sorted.slice(0, 10));
    });
  });
});

test('recall is the share of the exact neighbours, in any order, that was found', () => {
  expect(
    recallOf(
      [
        [3, 2, 9],
        [5, 6, 7],
      ],
      [
        [1, 2, 3],
        [7, 6, 5],
      ],
    ),
  ).toBeCloseTo(5 / 6);
});
