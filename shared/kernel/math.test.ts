import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exp, expm1, ln, ln1p, sigmoid } from './math.ts';

const off = (found: number, expected: number): number => {
  if (Object.is(found, expected) || found === expected) return 0;
  return Math.abs(found - expected) / Math.abs(expected);
};
const positive = fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true });
const unit = fc.double({ min: 0.5, max: 2, noNaN: true });

describe('ln', () => {
  test('agrees with Math.log to 5e-16 everywhere', () => {
    fc.assert(
      fc.property(positive, (x) => off(ln(x), Math.log(x)) < 5e-16),
      { numRuns: 20000 },
    );
  });
  test('keeps its relative accuracy around 1, where the result is small', () => {
    fc.assert(
      fc.property(unit, (x) => off(ln(x), Math.log(x)) < 5e-16),
      { numRuns: 20000 },
    );
    expect(ln(1)).toBe(0);
    expect(ln(1 + 2 ** -52)).toBe(Math.log(1 + 2 ** -52));
    expect(ln(1 - 2 ** -53)).toBe(Math.log(1 - 2 ** -53));
  });
  test('edges', () => {
    expect(ln(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(ln(-0)).toBe(Number.NEGATIVE_INFINITY);
    expect(ln(-1)).toBeNaN();
    expect(ln(Number.NaN)).toBeNaN();
    expect(ln(Number.NEGATIVE_INFINITY)).toBeNaN();
    expect(ln(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(off(ln(Number.MIN_VALUE), Math.log(Number.MIN_VALUE))).toBeLessThan(5e-16);
    expect(off(ln(2.2250738585072014e-308), Math.log(2.2250738585072014e-308))).toBeLessThan(5e-16);
    expect(off(ln(Number.MAX_VALUE), Math.log(Number.MAX_VALUE))).toBeLessThan(5e-16);
  });
  test('has the same bits as on the day it was written', () => {
    expect([2, 3, 10, 0.1, 12345.678, 1e-300].map(ln)).toMatchInlineSnapshot(`
      [
        0.6931471805599453,
        1.0986122886681098,
        2.302585092994046,
        -2.3025850929940455,
        9.421061321291832,
        -690.7755278982137,
      ]
    `);
  });
});

describe('exp', () => {
  test('agrees with Math.exp to 5e-16 where the result is normal', () => {
    const normal = fc.double({ min: -708.39, max: 709.78, noNaN: true });
    fc.assert(
      fc.property(normal, (x) => off(exp(x), Math.exp(x)) < 5e-16),
      { numRuns: 20000 },
    );
  });
  test('is within one step of the smallest double below that', () => {
    const subnormal = fc.double({ min: -745.13, max: -708.39, noNaN: true });
    fc.assert(
      fc.property(subnormal, (x) => Math.abs(exp(x) - Math.exp(x)) <= Number.MIN_VALUE + Math.exp(x) * 5e-16),
    );
  });
  test('edges', () => {
    expect(exp(0)).toBe(1);
    expect(exp(-0)).toBe(1);
    expect(exp(Number.NaN)).toBeNaN();
    expect(exp(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(exp(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(exp(709.79)).toBe(Number.POSITIVE_INFINITY);
    expect(off(exp(709.782712893384), Math.exp(709.782712893384))).toBeLessThan(1e-15);
    expect(exp(-745.2)).toBe(0);
    expect(exp(-745.13)).toBe(Number.MIN_VALUE);
  });
  test('has the same bits as on the day it was written', () => {
    expect([1, -1, 0.5, 100.25, -30.125, 700].map(exp)).toMatchInlineSnapshot(`
      [
        2.7182818284590455,
        0.36787944117144233,
        1.6487212707001282,
        3.451610733125924e+43,
        8.25807328555592e-14,
        1.0142320547350045e+304,
      ]
    `);
  });
});

describe('friends', () => {
  test('ln1p keeps small x', () => {
    const above = fc.double({ min: -1 + 2 ** -30, max: 1e300, noNaN: true });
    fc.assert(
      fc.property(above, (x) => off(ln1p(x), Math.log1p(x)) < 1e-15),
      { numRuns: 20000 },
    );
    expect(ln1p(1e-20)).toBe(1e-20);
    expect(ln1p(-1)).toBe(Number.NEGATIVE_INFINITY);
    expect(ln1p(-2)).toBeNaN();
    expect(ln1p(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(ln1p(Number.NaN)).toBeNaN();
  });
  test('expm1 keeps small x and undoes ln1p', () => {
    const range = fc.double({ min: -40, max: 700, noNaN: true });
    fc.assert(
      fc.property(range, (x) => off(expm1(x), Math.expm1(x)) < 1e-14),
      { numRuns: 20000 },
    );
    expect(expm1(1e-20)).toBe(1e-20);
    expect(expm1(-1000)).toBe(-1);
    expect(expm1(1000)).toBe(Number.POSITIVE_INFINITY);
    expect(expm1(Number.NaN)).toBeNaN();
  });
  test('sigmoid is 1/2 at 0, mirrored, and never NaN for a number', () => {
    expect(sigmoid(0)).toBe(0.5);
    expect(sigmoid(1000)).toBe(1);
    expect(sigmoid(-1000)).toBe(0);
    expect(sigmoid(Number.NaN)).toBeNaN();
    const range = fc.double({ min: -700, max: 700, noNaN: true });
    fc.assert(fc.property(range, (x) => off(sigmoid(x), 1 / (1 + Math.exp(-x))) < 1e-15));
  });
});
