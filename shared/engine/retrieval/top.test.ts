import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Order } from './top.ts';

/** Few values, so that ties are everywhere and the last place is often shared. */
const score = fc.oneof(fc.constantFrom(-1, -0, 0, 0.5, 0.5000001, 3), fc.float({ noNaN: true }));
const scores = fc.array(score, { maxLength: 300 }).map((values) => Float32Array.from(values));

test('the best come best first, ties by lower row, and the same ones in row order where that is asked', () => {
  const order = new Order();
  fc.assert(
    fc.property(scores, fc.nat(320), fc.boolean(), (values, limit, zeros) => {
      const expected = [...values.keys()]
        .filter((row) => zeros || values[row] !== 0)
        .sort((a, b) => values[b]! - values[a]! || a - b)
        .slice(0, limit);
      const push = () => {
        order.begin(values.length);
        order.pushAll(values, values.length, zeros);
      };
      push();
      expect([...order.best(limit)]).toEqual(expected);
      push();
      expect([...order.most(limit)]).toEqual(expected.sort((a, b) => a - b));
    }),
  );
});

test('ties at the last place go to the lower row, in whatever order they were pushed', () => {
  const order = new Order();
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(5000), { minLength: 60, maxLength: 200 }), (rows) => {
      order.begin(rows.length);
      for (const row of rows) order.push(row % 3, row);
      const expected = rows.toSorted((a, b) => (b % 3) - (a % 3) || a - b).slice(0, 10);
      expect([...order.best(10)]).toEqual(expected);
    }),
  );
});
