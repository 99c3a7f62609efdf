import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestFirst, headOf } from './top.ts';

test('the head of an order is its first rows, whatever the scores', () => {
  const score = fc.oneof(
    fc.float({ noNaN: true }),
    fc.constantFrom(0, -0, 1, 1.0000001, 2, 1e-40, -3, Number.POSITIVE_INFINITY),
  );
  fc.assert(
    fc.property(fc.array(score, { maxLength: 200 }), fc.integer({ min: 1, max: 60 }), (scores, most) => {
      const values = Float32Array.from(scores);
      expect([...headOf(values, most)]).toEqual([...bestFirst(values).subarray(0, most)]);
    }),
  );
});
