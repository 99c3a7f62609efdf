import { expect, it } from 'vitest';
import { plainSampledSoftmax } from '../../../models/item-embeddings/softmax.ts';
import { createRandom } from '../../../models/random.ts';
import { createContrast } from './contrast.ts';

const random = createRandom(5);

function unit(rows: number, dims: number): Float32Array {
  const values = Float32Array.from({ length: rows * dims }, () => random.normal());
  for (let r = 0; r < rows; r++) {
    const length = Math.hypot(...values.subarray(r * dims, (r + 1) * dims));
    for (let d = 0; d < dims; d++) values[r * dims + d]! /= length;
  }
  return values;
}

const furthest = (found: Float32Array, expected: Float32Array): number =>
  found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0) /
  expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

it.each([
  [1, 2, 3],
  [33, 101, 12],
  [48, 1030, 64],
])('agrees with the definition: %i queries, %i choices, %i dimensions', (rows, choices, dims) => {
  const weight = Float32Array.from({ length: rows }, () => random.next());
  const batch = {
    queries: unit(rows, dims),
    choices: unit(choices, dims),
    target: Uint32Array.from({ length: rows }, () => random.below(choices)),
    weight,
    bias: Float32Array.from({ length: choices }, () => 4 * random.next() - 1),
    dims,
    scale: 17,
    smoothing: 0.1,
  };
  const kernel = createContrast();
  const expected = plainSampledSoftmax(batch);
  const found = kernel(batch);
  expect(found.loss).toBeCloseTo(expected.loss, 3);
  expect(found.logScale).toBeCloseTo(expected.logScale, 3);
  expect(furthest(found.queries, expected.queries)).toBeLessThan(1e-5);
  expect(furthest(found.choices, expected.choices)).toBeLessThan(1e-5);
  expect(kernel(batch)).toEqual(found);
});
