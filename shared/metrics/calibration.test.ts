import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { categoryCalibration, expectedCalibrationError, reliability } from './calibration.ts';

describe('calibration of probabilities', () => {
  it('is the known value for a worked example', () => {
    // bins of .5: {.1, .3} of which 1 happened, {.6, .8, 1} of which 3 did
    const bins = reliability([0.1, 0.3, 0.6, 0.8, 1], [0, 1, 1, 1, 1], 2);
    expect(bins.map(({ count }) => count)).toEqual([2, 3]);
    // 2/5 |.2 - .5| + 3/5 |.8 - 1|
    expect(expectedCalibrationError(bins)).toBeCloseTo(0.24, 12);
  });

  it('is 0 for predictions that keep their word, and for none', () => {
    expect(expectedCalibrationError(reliability([0.25, 0.25, 0.25, 0.25], [0, 1, 0, 0], 10))).toBe(0);
    expect(expectedCalibrationError(reliability([], [], 10))).toBe(0);
  });

  it('agrees with a naive model', () => {
    const prediction = fc.record({
      p: fc.double({ min: 0, max: 1, noNaN: true }),
      y: fc.integer({ min: 0, max: 1 }),
    });
    fc.assert(
      fc.property(fc.array(prediction, { minLength: 1, maxLength: 40 }), (rows) => {
        const bins = reliability(
          rows.map(({ p }) => p),
          rows.map(({ y }) => y),
          10,
        );
        let naive = 0;
        for (let b = 0; b < 10; b++) {
          const own = rows.filter(({ p }) => p * 10 >= b && (p * 10 < b + 1 || b === 9));
          if (own.length === 0) continue;
          const mean = (of: (row: { p: number; y: number }) => number) =>
            own.reduce((sum, row) => sum + of(row), 0) / own.length;
          naive += (own.length / rows.length) * Math.abs(mean(({ p }) => p) - mean(({ y }) => y));
        }
        expect(expectedCalibrationError(bins)).toBeCloseTo(naive, 10);
      }),
    );
  });
});

describe('calibration of categories', () => {
  it('is the known value where a list turns the mix around', () => {
    // p = (.7, .3), q = (.3, .7): .7 ln(.7/.304) + .3 ln(.3/.696)
    const history = [...Array(7).fill('action'), ...Array(3).fill('romance')];
    const list = [...Array(3).fill('action'), ...Array(7).fill('romance')];
    expect(categoryCalibration(history, list)).toBeCloseTo(0.33136669, 8);
  });

  it('is 0 for the same mix in other numbers, ln 100 for nothing in common, undefined for nothing', () => {
    expect(categoryCalibration(['a', 'b'], ['b', 'a', 'a', 'b'])).toBeCloseTo(0, 12);
    expect(categoryCalibration(['a'], ['b'])).toBeCloseTo(Math.log(100), 12);
    expect(categoryCalibration([], ['b'])).toBeUndefined();
    expect(categoryCalibration(['a'], [])).toBeUndefined();
  });
});
