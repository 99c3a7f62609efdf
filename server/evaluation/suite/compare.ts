import { overlapAtK } from '../../../shared/metrics/lists.ts';
import { type BootstrapSettings, bootstrap, type Interval } from '../bootstrap.ts';
import { type Respondent, slatesOf } from './ask.ts';
import { type Metrics, rankingOf } from './measure.ts';
import type { Asked } from './questions.ts';

export interface Comparison {
  /** each metric of the first minus that of the second, question by question */
  readonly difference: Metrics;
  readonly metrics: { readonly first: Metrics; readonly second: Metrics };
}

/** The same questions to two releases. */
export function compare(
  [first, second]: readonly [Respondent, Respondent],
  queries: readonly Asked[],
  intervals: BootstrapSettings,
): Comparison {
  const shoppers = queries.map(({ shopper }) => shopper);
  const targets = queries.map((query) => query.targets);
  const [a, b] = [first, second].map((of) => rankingOf(slatesOf(of, queries), targets)) as [
    Record<string, number[]>,
    Record<string, number[]>,
  ];
  const estimate = (values: readonly number[]): Interval => bootstrap(values, shoppers, intervals);
  const each = (of: (metric: string) => readonly number[]): Metrics =>
    Object.fromEntries(Object.keys(a).map((metric) => [metric, estimate(of(metric))]));
  return {
    difference: each((metric) => a[metric]!.map((value, at) => value - b[metric]![at]!)),
    metrics: { first: each((metric) => a[metric]!), second: each((metric) => b[metric]!) },
  };
}

/** Share of the first ten places that two releases fill with the same items. Nothing needs to be right for that. */
export function overlap(
  [first, second]: readonly [Respondent, Respondent],
  queries: readonly Asked[],
  intervals: BootstrapSettings,
): Interval {
  const [a, b] = [slatesOf(first, queries), slatesOf(second, queries)];
  return bootstrap(
    a.map((slate, at) => overlapAtK(slate, b[at]!, 10)),
    queries.map(({ shopper }) => shopper),
    intervals,
  );
}
