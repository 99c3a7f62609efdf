import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHalf, toHalf } from './half.ts';

const FINITE = Array.from({ length: 0x7c00 }, (_, bits) => bits);

test('known halves', () => {
  const known: [number, number][] = [
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0400, 2 ** -14],
    [0x0001, 2 ** -24],
    [0x3555, 0.333251953125],
  ];
  for (const [bits, value] of known) {
    expect(fromHalf(bits)).toBe(value);
    expect(toHalf(value)).toBe(bits);
  }
  expect(toHalf(Number.NaN)).toBe(0);
  expect([toHalf(1e9), toHalf(Number.NEGATIVE_INFINITY)]).toEqual([0x7bff, 0xfbff]);
});

test('every finite half is its own nearest, and their order is that of their bits', () => {
  const wrong = FINITE.filter(
    (bits) =>
      toHalf(fromHalf(bits)) !== bits ||
      toHalf(-fromHalf(bits)) !== (bits | 0x8000) ||
      (bits > 0 && fromHalf(bits) <= fromHalf(bits - 1)),
  );
  expect(wrong).toEqual([]);
});

test('a float becomes the nearest half, the even one of two equally near', () => {
  fc.assert(
    fc.property(fc.float({ min: 0, max: 65504, noNaN: true }), (value) => {
      const bits = toHalf(value);
      const distance = (at: number) => Math.abs(fromHalf(at) - value);
      for (const other of [bits - 1, bits + 1].filter((at) => at >= 0 && at < 0x7c00)) {
        expect(distance(other)).toBeGreaterThanOrEqual(distance(bits));
        if (distance(other) === distance(bits)) expect(bits % 2).toBe(0);
      }
    }),
    { numRuns: 2000 },
  );
});
