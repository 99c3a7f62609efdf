import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHalf, toHalf } from './float16.ts';

describe('halves', () => {
  test('known values', () => {
    expect([0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x3555].map(fromHalf)).toEqual([
      1,
      -2,
      65504,
      2 ** -14,
      2 ** -24,
      0.333251953125,
    ]);
    expect([1, -2, 65504, 2 ** -14, 2 ** -24, 1 / 3].map(toHalf)).toEqual([
      0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x3555,
    ]);
  });
  test('all 65,536 of them come back', () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = fromHalf(bits);
      if (Number.isNaN(value)) expect(toHalf(value) & 0x7c00).toBe(0x7c00);
      else expect(toHalf(value)).toBe(bits);
    }
  });
  test('edges: overflow, underflow, signed zero, NaN', () => {
    expect([65519.996, 65520, 1e9].map(toHalf)).toEqual([0x7bff, 0x7c00, 0x7c00]);
    expect([2 ** -25, 2 ** -25 * 1.0001, -0, -1e9].map(toHalf)).toEqual([0, 1, 0x8000, 0xfc00]);
    expect(fromHalf(toHalf(Number.NaN))).toBeNaN();
    expect(Object.is(fromHalf(0x8000), -0)).toBe(true);
  });
  test('the nearest is taken, the even one of two', () => {
    fc.assert(
      fc.property(fc.float({ min: -70000, max: 70000, noNaN: true }), (x) => {
        const bits = toHalf(x);
        const error = Math.abs(fromHalf(bits) - x);
        if (!Number.isFinite(error)) return Math.abs(x) >= 65520;
        for (const other of [bits - 1, bits + 1]) {
          if (((other ^ bits) & 0x8000) !== 0 || other < 0) continue;
          const theirs = Math.abs(fromHalf(other) - x);
          if (theirs < error || (theirs === error && bits & 1)) return false;
        }
        return true;
      }),
      { numRuns: 5000 },
    );
  });
});
