import { createRandom } from '../../models/random.ts';

export interface Interval {
  readonly mean: number;
  /** 2.5% and 97.5% of the resampled means */
  readonly low: number;
  readonly high: number;
}

export interface BootstrapSettings {
  readonly resamples: number;
  readonly seed: number;
}

/**
 * Percentile bootstrap of a mean (Efron 1979) over clusters: whole shoppers are drawn with replacement, since one
 * shopper's queries resemble each other.
 * @param values one a query
 * @param clusters the shopper of each query
 */
export function bootstrap(
  values: readonly number[],
  clusters: readonly string[],
  { resamples, seed }: BootstrapSettings,
): Interval {
  const sums = new Map<string, { sum: number; count: number }>();
  values.forEach((value, at) => {
    const known = sums.get(clusters[at]!) ?? { sum: 0, count: 0 };
    sums.set(clusters[at]!, { sum: known.sum + value, count: known.count + 1 });
  });
  const drawn = [...sums.values()];
  const random = createRandom(seed);
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    let count = 0;
    for (let c = 0; c < drawn.length; c++) {
      const one = drawn[random.below(drawn.length)]!;
      sum += one.sum;
      count += one.count;
    }
    return count === 0 ? 0 : sum / count;
  }).sort();
  const total = values.reduce((sum, value) => sum + value, 0);
  const at = (share: number): number => means[Math.min(resamples - 1, Math.floor(share * resamples))] ?? 0;
  return { mean: values.length === 0 ? 0 : total / values.length, low: at(0.025), high: at(0.975) };
}
