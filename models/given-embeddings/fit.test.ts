import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { fitGiven, type GivenSettings, givenCard } from './fit.ts';

const ITEMS = 400;
const settings: GivenSettings = { dims: 8, reduction: 'pca', seed: 3 };

/** Vectors in `wide` dimensions that lie in `rank` of them, but for noise. */
function vectors(wide: number, rank: number, noise = 0) {
  const random = createRandom(5);
  const axes = Float32Array.from({ length: rank * wide }, () => random.normal());
  const values = new Float32Array(ITEMS * wide);
  for (let r = 0; r < ITEMS; r++) {
    for (let k = 0; k < rank; k++) {
      const x = random.normal();
      for (let d = 0; d < wide; d++) values[r * wide + d]! += x * axes[k * wide + d]!;
    }
    for (let d = 0; d < wide; d++) values[r * wide + d]! += noise * random.normal();
  }
  return { items: ITEMS, dims: wide, values };
}

const lengths = ({ items, dims, values }: { items: number; dims: number; values: Float32Array }) =>
  Array.from({ length: items }, (_, r) =>
    Math.sqrt(values.subarray(r * dims, (r + 1) * dims).reduce((sum, x) => sum + x * x, 0)),
  );

describe('given embeddings', () => {
  it('that lie in as many dimensions as the bundle has lose nothing by PCA', () => {
    const fitted = fitGiven(vectors(96, 8), settings);
    expect(fitted.varianceKept).toBeCloseTo(1, 4);
    expect(fitted.recallLost100).toBeLessThan(0.01);
    expect(fitted.rows.dims).toBe(8);
    for (const length of lengths(fitted.rows)) expect(length).toBeCloseTo(1, 5);
  });

  it('that need more lose what is said, and random axes lose more', () => {
    const given = vectors(96, 24, 0.1);
    const pca = fitGiven(given, settings);
    const random = fitGiven(given, { ...settings, reduction: 'random' });
    expect(pca.varianceKept).toBeGreaterThan(8 / 24);
    expect(pca.varianceKept).toBeLessThan(0.9);
    expect(random.varianceKept).toBeCloseTo(8 / 96, 6);
    expect(pca.recallLost100).toBeGreaterThan(0.1);
    expect(random.recallLost100).toBeGreaterThan(pca.recallLost100);
  });

  it('of fewer dimensions keep every cosine', () => {
    const given = vectors(5, 5);
    const { rows, varianceKept, recallLost100 } = fitGiven(given, settings);
    expect({ dims: rows.dims, varianceKept, recallLost100 }).toEqual({
      dims: 8,
      varianceKept: 1,
      recallLost100: 0,
    });
    const cosine = (values: Float32Array, dims: number, scale: (r: number) => number) => {
      let sum = 0;
      for (let d = 0; d < dims; d++) sum += values[d]! * values[dims + d]!;
      return sum / scale(0) / scale(1);
    };
    const own = lengths(given);
    expect(cosine(rows.values, 8, () => 1)).toBeCloseTo(
      cosine(given.values, 5, (r) => own[r]!),
      5,
    );
  });

  it('are the same for the same seed, and an item without a vector stays without', () => {
    const given = vectors(96, 24, 0.1);
    given.values.fill(0, 96, 192);
    const one = fitGiven(given, settings);
    expect(one).toEqual(fitGiven(given, settings));
    expect(one.itemsWithVector).toBe(ITEMS - 1);
    expect([...one.rows.values.subarray(8, 16)]).toEqual(new Array(8).fill(0));
    expect(givenCard(one, { file: 'vectors.npy', settings }).metrics).toMatchObject({
      itemsWithoutVector: 1,
    });
  });

  it('that are not finite are refused, with their place', () => {
    const given = vectors(12, 3);
    given.values[30] = Number.NaN;
    expect(() => fitGiven(given, settings)).toThrow(
      'item 2, dimension 6: found NaN, expected a finite number',
    );
  });
});
