/** Numbers by name, in trees. */
export type Figures = { readonly [name: string]: number | Figures };

export interface Spread {
  readonly mean: Figures;
  /** standard deviation over runs, of n - 1 degrees of freedom; 0 for a single run */
  readonly deviation: Figures;
}

type Run = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Run =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Mean and standard deviation of every number that all runs share, in its place in their tree; what is no number is left out. */
export function spreadOf(runs: readonly Run[]): Spread {
  const mean: Record<string, number | Figures> = {};
  const deviation: Record<string, number | Figures> = {};
  for (const name of Object.keys(runs[0] ?? {})) {
    const values = runs.map((run) => run[name]);
    if (values.every(isTree)) {
      const within = spreadOf(values);
      if (Object.keys(within.mean).length === 0) continue;
      mean[name] = within.mean;
      deviation[name] = within.deviation;
    } else if (values.every((value) => typeof value === 'number')) {
      const center = values.reduce((sum, value) => sum + value, 0) / values.length;
      const square = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
      mean[name] = center;
      deviation[name] = values.length > 1 ? Math.sqrt(square / (values.length - 1)) : 0;
    }
  }
  return { mean, deviation };
}

/** How a run was made, and what a mean says nothing of: bounds by one run's resamples, tables of its stages. */
const NO_MEAN = ['seed', 'settings', 'split', 'stages', 'intervals'];

/** Several runs as one: the first one's shape with the means in it, the spread beside them, and every run as it was. */
export function severalRuns(runs: readonly Run[]): Record<string, unknown> {
  const measured = runs.map((run) => {
    const own = Object.entries(run).filter(([name]) => !NO_MEAN.includes(name));
    return Object.fromEntries(own);
  });
  const { mean, deviation } = spreadOf(measured);
  return { ...over(runs[0]!, mean), seeds: runs.map(({ seed }) => seed), spread: deviation, runs };
}

function over(run: Run, means: Figures): Record<string, unknown> {
  const put = Object.entries(means).map(([name, value]) => [
    name,
    typeof value === 'number' ? value : over(run[name] as Run, value),
  ]);
  return { ...run, ...Object.fromEntries(put) };
}
