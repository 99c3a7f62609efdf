import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { collectRows } from '../sparse.ts';
import { randomisedSvd, symmetricEigen } from './svd.ts';

describe('randomised SVD', () => {
  it('finds the factors of a matrix of low rank again', () => {
    const random = createRandom(5);
    const n = 60;
    const rank = 4;
    const a = Array.from({ length: n * rank }, () => random.normal());
    const b = Array.from({ length: n * rank }, () => random.normal());
    const entry = (i: number, j: number): number => {
      let sum = 0;
      for (let k = 0; k < rank; k++) sum += a[i * rank + k]! * b[j * rank + k]!;
      return sum;
    };
    const all = Array.from({ length: n }, (_, j) => j);
    const matrix = collectRows(n, (i) => ({ ids: all, weights: all.map((j) => entry(i, j)) }));
    const { left, right } = randomisedSvd(matrix, rank, createRandom(1));
    for (const [i, j] of [
      [0, 0],
      [3, 50],
      [59, 17],
    ] as const) {
      let sum = 0;
      for (let k = 0; k < rank; k++) sum += left[i * rank + k]! * right[j * rank + k]!;
      expect(sum).toBeCloseTo(entry(i, j), 3);
    }
  });

  it('knows the eigenvalues of a matrix whose eigenvalues are known', () => {
    const { values } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
    expect(values[0]).toBeCloseTo(3, 12);
    expect(values[1]).toBeCloseTo(1, 12);
  });
});
