import { ndcgAtK, recallAtK } from '../../../shared/metrics/ranking.ts';
import { type BootstrapSettings, bootstrap, type Interval } from '../bootstrap.ts';
import { type Respondent, slatesOf } from './ask.ts';
import type { Asked } from './questions.ts';

/** A figure for the release changed in one way. */
export interface Variant {
  readonly name: string;
  readonly means: string;
  readonly 'ndcg@10': Interval;
  readonly 'recall@10': Interval;
  /** ndcg@10 of the release as it is minus this one's, question by question */
  readonly releaseMinus: Interval;
  readonly bytes?: number;
}

export interface Compared {
  readonly queries: readonly Asked[];
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
  return compareSlates(slatesOf(of, compared.queries), about, compared);
}

function compareSlates(
  slates: readonly (readonly number[])[],
  about: Pick<Variant, 'name' | 'means' | 'bytes'>,
  { queries, slates: base, intervals }: Compared,
): Variant {
  const right = queries.map(({ targets }) => new Set(targets));
  const shoppers = queries.map(({ shopper }) => shopper);
  const gains = (lists: readonly (readonly number[])[]): number[] =>
    lists.map((list, at) => ndcgAtK(list, right[at]!, 10));
  const own = gains(slates);
  return {
    ...about,
    'ndcg@10': bootstrap(own, shoppers, intervals),
    'recall@10': bootstrap(
      slates.map((list, at) => recallAtK(list, right[at]!, 10)),
      shoppers,
      intervals,
    ),
    releaseMinus: bootstrap(
      gains(base).map((value, at) => value - own[at]!),
      shoppers,
      intervals,
    ),
  };
}
