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
  settings: BootstrapSettings,
): Interval {
  const rows = values.map((value) => [value, 1]);
  return bootstrapOfSums(rows, clusters, ([sum, count]) => (count === 0 ? 0 : sum! / count!), settings);
}

/**
 * The same for what follows from sums over queries, such as an error of bins.
 * @param rows one a query, all of one length
 * @param statistic of the sums of all columns; `mean` is that of the rows as they are
 */
export function bootstrapOfSums(
  rows: readonly (readonly number[])[],
  clusters: readonly string[],
  statistic: (sums: readonly number[]) => number,
  { resamples, seed }: BootstrapSettings,
): Interval {
  const width = rows[0]?.length ?? 2;
  const byCluster = new Map<string, number[]>();
  const total = new Array<number>(width).fill(0);
  rows.forEach((row, at) => {
    const known = byCluster.get(clusters[at]!) ?? new Array<number>(width).fill(0);
    addTo(known, row);
    addTo(total, row);
    byCluster.set(clusters[at]!, known);
  });
  const drawn = [...byCluster.values()];
  const random = createRandom(seed);
  const found = Float64Array.from({ length: resamples }, () => {
    const sums = new Array<number>(width).fill(0);
    for (let c = 0; c < drawn.length; c++) addTo(sums, drawn[random.below(drawn.length)]!);
    return statistic(sums);
  }).sort();
  const at = (share: number): number => found[Math.min(resamples - 1, Math.floor(share * resamples))] ?? 0;
  return { mean: statistic(total), low: at(0.025), high: at(0.975) };
}

function addTo(sums: number[], row: readonly number[]): void {
  for (let c = 0; c < row.length; c++) sums[c]! += row[c]!;
}
