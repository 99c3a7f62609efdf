import type { Dataset, Journal } from '../../../models/contract.ts';
import type { Engine } from '../../../shared/engine/contract.ts';
import { itemCoverageAtK } from '../../../shared/metrics/lists.ts';
import { mrrAtK, ndcgAtK, recallAtK } from '../../../shared/metrics/ranking.ts';
import { slateRows } from '../../training/measure.ts';
import type { Query } from '../../training/plan.ts';

/** As deep as slates are asked for. */
export const DEPTH = 20;

export interface Graded {
  readonly metrics: Readonly<Record<string, number>>;
  /** rows of every query's slate, best first */
  readonly slates: readonly (readonly number[])[];
}

/** Asks the funnel every query and grades its slates. */
export function grade(
  engine: Engine,
  { whole, queries }: { whole: Dataset; queries: readonly Query[] },
  journal: Journal,
): Graded {
  const sums: Record<string, number> = {};
  const add = (name: string, value: number): void => {
    sums[name] = (sums[name] ?? 0) + value;
  };
  const slates = queries.map((query, at) => {
    const slate = slateRows(engine, { whole, query, rules: 'off', limit: DEPTH });
    const relevant = new Set(query.targets);
    for (const k of [5, 10, 20]) {
      add(`recall@${k}`, recallAtK(slate, relevant, k));
      add(`ndcg@${k}`, ndcgAtK(slate, relevant, k));
    }
    add('mrr@20', mrrAtK(slate, relevant, 20));
    if (at % 500 === 0) journal.stage('evaluate', at, queries.length);
    return slate;
  });
  journal.stage('evaluate', queries.length, queries.length);
  const mean = Object.entries(sums).map(([name, sum]) => [name, sum / queries.length]);
  const items = whole.catalogue.groups.length;
  return {
    metrics: { ...Object.fromEntries(mean), 'itemcoverage@10': itemCoverageAtK(slates, items, 10) },
    slates,
  };
}
