import { expect, it } from 'vitest';
import { Adam } from '../adam.ts';
import { createRandom } from '../random.ts';
import { Tables } from './tables.ts';

const DIMS = 4;
const ITEMS = 3;
const adam = { rate: 0.01, beta1: 0.9, beta2: 0.98 };
const matrix = {
  tokens: [],
  offsets: new Uint32Array(ITEMS + 1),
  ids: new Uint32Array(0),
  weights: new Float32Array(0),
};

/** Whole-table Adam, step by step: the definition. */
function everyStep(start: Float32Array, slopes: readonly (Float32Array | undefined)[]): Float32Array {
  const optimiser = new Adam(start.slice());
  const none = new Float32Array(start.length);
  for (const slope of slopes) optimiser.update(0, slope ?? none, 0, adam);
  return optimiser.values;
}

it('goes on by its momentum in steps that do not meet a row, as if the whole table were updated in each', () => {
  const random = createRandom(5);
  const start = Float32Array.from({ length: ITEMS * DIMS }, () => random.normal());
  // Item 0 is met seldom, item 1 always, item 2 never.
  const meets = Array.from({ length: 150 }, (_, step) => step > 99 && (step - 100) % 9 === 0);
  const slopes = meets.map(() => Float32Array.from({ length: DIMS }, () => 1 + 0.3 * random.normal()));
  const tables = new Tables(
    { query: start.slice(), candidate: start.slice() },
    { matrix, dims: DIMS, random, moving: true },
  );
  const row = new Float32Array(DIMS);
  meets.forEach((met, step) => {
    tables.row('query', 1, row, 0);
    tables.add('query', 1, slopes[step]!, 0);
    if (met) {
      tables.row('query', 0, row, 0);
      tables.add('query', 0, slopes[step]!, 0);
    }
    tables.update(adam);
  });
  const { values } = tables.export('query', ITEMS);
  const of = (item: number, known: readonly boolean[]) =>
    everyStep(
      start.slice(item * DIMS, (item + 1) * DIMS),
      slopes.map((slope, at) => (known[at] ? slope : undefined)),
    );
  const seldom = of(0, meets);
  for (let d = 0; d < DIMS; d++) {
    expect(values[d]!).toBeCloseTo(seldom[d]!, 2);
    expect(Math.abs(values[d]! - start[d]!)).toBeGreaterThan(0.03);
  }
  expect(values.subarray(DIMS, 2 * DIMS)).toEqual(
    of(
      1,
      meets.map(() => true),
    ),
  );
  expect(values.subarray(2 * DIMS)).toEqual(start.subarray(2 * DIMS));
});
