import { mrrAtK, ndcgAtK, recallAtK } from '../../../shared/metrics/ranking.ts';
import { type BootstrapSettings, bootstrap, type Interval } from '../bootstrap.ts';
import { type Respondent, slatesOf } from './ask.ts';
import type { Owned } from './questions.ts';

const METRICS = {
  'ndcg@10': [ndcgAtK, 10],
  'recall@10': [recallAtK, 10],
  'mrr@10': [mrrAtK, 10],
  'recall@20': [recallAtK, 20],
  'mrr@20': [mrrAtK, 20],
} as const;

export type VariantMetric = keyof typeof METRICS;

/** A figure for the release changed in one way. */
export interface Variant extends Readonly<Record<VariantMetric, Interval>> {
  readonly name: string;
  readonly means: string;
  /** ndcg@10 of the release as it is minus this one's, question by question */
  readonly releaseMinus: Interval;
  readonly bytes?: number;
}

export interface Compared {
  readonly queries: readonly Owned[];
  /** of the release as it is */
  readonly slates: readonly (readonly number[])[];
  readonly intervals: BootstrapSettings;
}

/** Asks a changed release the same questions. */
export function variant(
  of: Respondent,
  about: Pick<Variant, 'name' | 'means' | 'bytes'>,
  compared: Compared,
): Variant {
  return variantOf(slatesOf(of, compared.queries), about, compared);
}

/** The same of slates that are there already. */
export function variantOf(
  slates: readonly (readonly number[])[],
  about: Pick<Variant, 'name' | 'means' | 'bytes'>,
  { queries, slates: base, intervals }: Compared,
): Variant {
  const right = queries.map(({ targets }) => new Set(targets));
  const shoppers = queries.map(({ shopper }) => shopper);
  const gains = (lists: readonly (readonly number[])[], [of, k]: (typeof METRICS)[VariantMetric]): number[] =>
    lists.map((list, at) => of(list, right[at]!, k));
  const estimate = (values: readonly number[]): Interval => bootstrap(values, shoppers, intervals);
  const figures = Object.entries(METRICS).map(([name, metric]) => [name, estimate(gains(slates, metric))]);
  const own = gains(slates, METRICS['ndcg@10']);
  return {
    ...about,
    ...(Object.fromEntries(figures) as Record<VariantMetric, Interval>),
    releaseMinus: estimate(gains(base, METRICS['ndcg@10']).map((value, at) => value - own[at]!)),
  };
}
