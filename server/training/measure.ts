import type { Dataset } from '../../models/contract.ts';
import type { Engine, Moment } from '../../shared/engine/contract.ts';
import { rowOf } from '../../shared/engine/identity.ts';
import { observe } from '../../shared/engine/observe.ts';
import { asksRanker } from '../../shared/engine/ranking.ts';
import { recommend } from '../../shared/engine/recommend.ts';
import { ndcgAtK, recallAtK } from '../../shared/metrics/ranking.ts';
import type { SlateEntry } from '../../shared/protocol/slate.ts';
import { kindsOf, type Shown } from './calibrate.ts';
import { momentOf } from './examples.ts';
import type { Query } from './plan.ts';
import { stateOf } from './queries.ts';

export interface Measured {
  readonly queries: number;
  readonly recall: number;
  readonly ndcg: number;
}

const AT = 10;

/**
 * recall@10 and ndcg@10 of the slates that the funnel itself makes.
 * @param asked.shown filled with the places of those that a ranker orders
 */
export function measure(
  engine: Engine,
  { whole, queries, shown }: { whole: Dataset; queries: readonly Query[]; shown?: Shown },
  rules: Moment['rules'],
): Measured {
  let recall = 0;
  let ndcg = 0;
  for (const query of queries) {
    const entries = slateEntries(engine, { whole, query, rules, limit: AT });
    const ranked = entries.map(({ item }) => rowOf(engine, item));
    const relevant = new Set(query.targets);
    recall += recallAtK(ranked, relevant, AT);
    ndcg += ndcgAtK(ranked, relevant, AT);
    if (shown === undefined || !isRanked(engine, whole, query)) continue;
    shown.logits.push(...entries.map(({ score }) => score));
    shown.right.push(...ranked.map((row) => (relevant.has(row) ? 1 : 0)));
    const kinds = kindsOf(query);
    shown.kinds.push(...entries.map(() => kinds));
  }
  const count = Math.max(1, queries.length);
  return { queries: queries.length, recall: recall / count, ndcg: ndcg / count };
}

/** Whether scores of the answer are a ranker's logits: the blend orders some shelves, and what nobody is known of. */
export const isRanked = (engine: Engine, whole: Dataset, query: Query): boolean =>
  engine.ranker !== undefined &&
  asksRanker(
    observe(engine, stateOf(whole, query), { request: query.request, moment: momentOf(query.now, 'off') }),
  );

interface Asking {
  readonly whole: Dataset;
  readonly query: Query;
  readonly rules: Moment['rules'];
  readonly limit: number;
}

/** Catalogue rows of the slate that answers a query, best first. */
export const slateRows = (engine: Engine, asked: Asking): number[] =>
  slateEntries(engine, asked).map(({ item }) => rowOf(engine, item));

function slateEntries(engine: Engine, { whole, query, rules, limit }: Asking): readonly SlateEntry[] {
  const request = { ...query.request, limit };
  return recommend(engine, stateOf(whole, query), request, momentOf(query.now, rules)).entries;
}
