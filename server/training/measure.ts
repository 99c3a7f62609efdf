import type { Dataset } from '../../models/contract.ts';
import type { Engine, Moment } from '../../shared/engine/contract.ts';
import { rowOf } from '../../shared/engine/identity.ts';
import { recommend } from '../../shared/engine/recommend.ts';
import { ndcgAtK, recallAtK } from '../../shared/metrics/ranking.ts';
import { momentOf } from './examples.ts';
import type { Query } from './plan.ts';
import { stateOf } from './queries.ts';

export interface Measured {
  readonly queries: number;
  readonly recall: number;
  readonly ndcg: number;
}

const AT = 10;

/** recall@10 and ndcg@10 of the slates that the funnel itself makes. */
export function measure(
  engine: Engine,
  { whole, queries }: { whole: Dataset; queries: readonly Query[] },
  rules: Moment['rules'],
): Measured {
  let recall = 0;
  let ndcg = 0;
  for (const query of queries) {
    const ranked = slateRows(engine, { whole, query, rules, limit: AT });
    const relevant = new Set(query.targets);
    recall += recallAtK(ranked, relevant, AT);
    ndcg += ndcgAtK(ranked, relevant, AT);
  }
  const count = Math.max(1, queries.length);
  return { queries: queries.length, recall: recall / count, ndcg: ndcg / count };
}

/** Catalogue rows of the slate that answers a query, best first. */
export function slateRows(
  engine: Engine,
  asked: { whole: Dataset; query: Query; rules: Moment['rules']; limit: number },
): number[] {
  const { whole, query, rules, limit } = asked;
  const request = { ...query.request, limit };
  const { entries } = recommend(engine, stateOf(whole, query), request, momentOf(query.now, rules));
  return entries.map(({ item }) => rowOf(engine, item));
}
