/** Mean and standard deviation over runs of every number that they share, in place in their tree. */
export interface Spread {
  readonly mean: Readonly<Record<string, number>>;
  readonly deviation: Readonly<Record<string, number>>;
}

/** @param runs flat numbers of each run; what is no number is left out */
export function spreadOf(runs: readonly Readonly<Record<string, unknown>>[]): Spread {
  const mean: Record<string, number> = {};
  const deviation: Record<string, number> = {};
  for (const name of Object.keys(runs[0] ?? {})) {
    const values = runs.map((run) => run[name]);
    if (!values.every((value) => typeof value === 'number')) continue;
    const center = values.reduce((sum, value) => sum + value, 0) / values.length;
    const square = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
    mean[name] = center;
    deviation[name] = values.length > 1 ? Math.sqrt(square / (values.length - 1)) : 0;
  }
  return { mean, deviation };
}
