import { describe, expect, it } from 'vitest';
import { expectedCalibrationError, reliability } from '../../shared/metrics/calibration.ts';
import { plainArithmetic } from '../arithmetic.ts';
import { createRandom } from '../random.ts';
import { calibrate, calibrated, probabilityOf } from './calibration.ts';
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
    expect(calibrate([], [])).toEqual({ slope: 1, intercept: 0 });
  });

  it('finds no rising line over kinds that rise each, where the one with higher logits is right less often', () => {
    const baskets = told(5000, { slope: 0.9, intercept: -1, seed: 11 });
    const carts = told(5000, { slope: 0.9, intercept: -7, seed: 12 });
    const higher = carts.logits.map((x) => x + 4);
    for (const [own, right] of [
      [baskets.logits, baskets.right],
      [higher, carts.right],
    ] as const)
      expect(calibrate(own, right).slope).toBeGreaterThan(0.7);
    const mixed = calibrate([...baskets.logits, ...higher], [...baskets.right, ...carts.right]);
    expect(mixed.slope).toBe(1);
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
