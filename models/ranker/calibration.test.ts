import { describe, expect, it } from 'vitest';
import { expectedCalibrationError, reliability } from '../../shared/metrics/calibration.ts';
import { plainArithmetic } from '../arithmetic.ts';
import { createRandom } from '../random.ts';
import { calibrate, calibrated } from './calibration.ts';
import { fitLogistic, lossOf, probabilityOf } from './logistic.ts';
import { createLayers, logits } from './network.ts';

const eceOf = (predicted: readonly number[], right: readonly number[]): number =>
  expectedCalibrationError(reliability(predicted, right, 10));

/** Rows whose chance of being right is known, told in logits that are stretched and shifted. */
function told(count: number, { slope, intercept, seed }: { slope: number; intercept: number; seed: number }) {
  const random = createRandom(seed);
  const own = Array.from({ length: count }, () => 2 * random.normal());
  const right = own.map((x) => (random.next() < probabilityOf(slope * x + intercept) ? 1 : 0));
  return { logits: own, right };
}

describe('calibration', () => {
  it('finds the line from logits to what they should have been', () => {
    const { logits: own, right } = told(30_000, { slope: 0.5, intercept: -1.5, seed: 7 });
    const { slope, intercept } = calibrate(own, right);
    expect(slope).toBeCloseTo(0.5, 1);
    expect(intercept).toBeCloseTo(-1.5, 1);
  });

  it('finds it from far away: logits of one list mean nothing outside it', () => {
    const { logits: own, right } = told(30_000, { slope: 0.5, intercept: -4, seed: 8 });
    const far = own.map((x) => 30 * x + 400);
    const line = calibrate(far, right);
    expect(eceOf(far.map(probabilityOf), right)).toBeGreaterThan(0.5);
    // Others of the same kind, that the line was not drawn by.
    const fresh = told(30_000, { slope: 0.5, intercept: -4, seed: 18 });
    const after = fresh.logits.map((x) => probabilityOf(line.slope * (30 * x + 400) + line.intercept));
    expect(eceOf(after, fresh.right)).toBeLessThan(0.01);
  });

  it('stays finite where right and wrong are wide apart', () => {
    const line = calibrate([-3, -2, 2, 3], [0, 0, 1, 1]);
    expect(line.slope).toBeGreaterThan(0);
    expect(line.slope).toBeLessThan(10);
  });

  it('turns no order around: where higher is not better the mean alone is made right', () => {
    const { logits: own, right } = told(5000, { slope: -1, intercept: -1, seed: 9 });
    const line = calibrate(own, right);
    expect(line.slope).toBe(1);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(own.map((x) => probabilityOf(x + line.intercept)))).toBeCloseTo(mean(right), 2);
    expect(calibrate([1, 1, 1], [0, 0, 0]).slope).toBeGreaterThan(0);
    expect(calibrate([], [])).toEqual({ slope: 1, intercept: 0, adds: new Float64Array(0) });
  });

  it('finds no rising line over kinds that rise each, where the one with higher logits is right less often', () => {
    const baskets = told(20_000, { slope: 0.9, intercept: -1, seed: 11 });
    const carts = told(20_000, { slope: 0.9, intercept: -7, seed: 12 });
    const higher = carts.logits.map((x) => x + 4);
    for (const [own, right] of [
      [baskets.logits, baskets.right],
      [higher, carts.right],
    ] as const)
      expect(calibrate(own, right).slope).toBeGreaterThan(0.7);
    const mixed = [
      [...baskets.logits, ...higher],
      [...baskets.right, ...carts.right],
    ] as const;
    expect(calibrate(...mixed).slope).toBe(1);
    const of = [...baskets.logits.map(() => [0]), ...higher.map(() => [1])];
    const { slope, intercept, adds } = calibrate(...mixed, { count: 3, of });
    expect(slope).toBeCloseTo(0.9, 1);
    expect(intercept + adds[0]!).toBeCloseTo(-1, 1);
    expect(intercept + adds[1]!).toBeCloseTo(-7 - 4 * 0.9, 0);
    expect(adds[2]).toBe(0);
    const said = mixed[0].map((x, row) => probabilityOf(slope * x + intercept + adds[of[row]![0]!]!));
    expect(eceOf(said, mixed[1])).toBeLessThan(0.01);
  });

  it('adds little for a kind of few rows, and stays finite for one that is never right', () => {
    const many = told(5000, { slope: 1, intercept: -1, seed: 13 });
    const addedFor = (rows: number): number => {
      const logits = [...many.logits, ...Array<number>(rows).fill(0)];
      const right = [...many.right, ...Array<number>(rows).fill(0)];
      const of = logits.map((_, row) => (row < 5000 ? [] : [0]));
      return calibrate(logits, right, { count: 1, of }).adds[0]!;
    };
    expect(addedFor(1)).toBeGreaterThan(-0.3);
    expect(addedFor(1)).toBeLessThan(0);
    expect(addedFor(1000)).toBeLessThan(-2.5);
    expect(addedFor(1000)).toBeGreaterThan(-10);
  });

  it('is where the loss is least, all parameters together, be the slope free or given', () => {
    const random = createRandom(14);
    const kinds = Array.from({ length: 2000 }, (_, row) =>
      row % 3 === 0 ? [0, 2] : row % 3 === 1 ? [1] : [],
    );
    const scores = kinds.map(() => random.normal());
    const targets = Float64Array.from(scores, (x, row) =>
      probabilityOf(x - kinds[row]!.length + random.normal()),
    );
    const sample = { scores, targets, kinds, kindCount: 3 };
    for (const held of [undefined, 1]) {
      const { slope, intercept, adds } = fitLogistic(sample, held);
      const found = Float64Array.of(slope, intercept, ...adds);
      for (let at = held === undefined ? 0 : 1; at < found.length; at++) {
        const at0 = (by: number): number =>
          lossOf(
            found.map((value, p) => (p === at ? value + by : value)),
            sample,
          );
        expect(Math.abs(at0(1e-4) - at0(-1e-4)) / 2e-4).toBeLessThan(1e-3);
        expect(at0(0.05)).toBeGreaterThan(at0(0));
        expect(at0(-0.05)).toBeGreaterThan(at0(0));
      }
    }
  });

  it('goes into the last layer and leaves every rank where it was', () => {
    const random = createRandom(10);
    const layers = createLayers([4, 8, 1], random).map((layer) => ({
      ...layer,
      weights: layer.weights.map((w) => 4 * w),
    }));
    const rows = Float32Array.from({ length: 400 * 4 }, () => random.normal());
    const before = [...logits(plainArithmetic, layers, rows)];
    const right = before.map((x) => (random.next() < probabilityOf(0.7 * x - 2) ? 1 : 0));
    const line = calibrate(before, right);
    const after = [...logits(plainArithmetic, calibrated(layers, line), rows)];
    after.forEach((logit, row) => {
      expect(logit).toBeCloseTo(line.slope * before[row]! + line.intercept, 4);
    });
    const ranks = (values: readonly number[]) => [...values.keys()].sort((a, b) => values[b]! - values[a]!);
    expect(ranks(after)).toEqual(ranks(before));
    expect(eceOf(before.map(probabilityOf), right)).toBeGreaterThan(0.2);
    expect(eceOf(after.map(probabilityOf), right)).toBeLessThan(0.05);
  });
});
