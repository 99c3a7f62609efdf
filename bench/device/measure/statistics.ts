/** What is said of a list of measurements. */
export interface Summary {
  readonly p50: number;
  readonly p99: number;
  readonly least: number;
  readonly most: number;
  /** half the distance between the quartiles, over the median: how far to trust `p50` */
  readonly spread: number;
  readonly count: number;
}

/** Linear between neighbours, as NumPy does it. @param sorted ascending, not empty @param q 0..1 */
export function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q;
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (above - below) * (at - Math.floor(at));
}

/** @throws RangeError where there is nothing to summarise, or a measurement is not finite */
export function summarise(samples: readonly number[]): Summary {
  const wrong = samples.find((sample) => !Number.isFinite(sample));
  if (samples.length === 0 || wrong !== undefined)
    throw new RangeError(`expected finite measurements, found ${wrong ?? 'none'}`);
  const sorted = [...samples].sort((a, b) => a - b);
  const p50 = quantile(sorted, 0.5);
  return {
    p50,
    p99: quantile(sorted, 0.99),
    least: sorted[0]!,
    most: sorted.at(-1)!,
    spread: p50 === 0 ? 0 : (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 2 / Math.abs(p50),
    count: sorted.length,
  };
}

export const median = (samples: readonly number[]): number => summarise(samples).p50;
