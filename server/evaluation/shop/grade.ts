import type { Dataset } from '../../../models/contract.ts';
import type { Shard } from '../../../shared/bundle/contract.ts';
import { intraListDiversityAtK, itemCoverageAtK, noveltyAtK } from '../../../shared/metrics/lists.ts';
import { hitAtK, mrrAtK, ndcgAtK, precisionAtK, recallAtK } from '../../../shared/metrics/ranking.ts';
import type { TestQuery } from './tasks.ts';

/** Values of every metric, one a query, and those of the lists together. */
export interface GradedLists {
  readonly perQuery: Readonly<Record<string, readonly number[]>>;
  readonly together: Readonly<Record<string, number>>;
}

export interface Surroundings {
  readonly items: number;
  /** people who know an item, and people */
  readonly known: { by(row: number): number; users: number };
  similarity(a: number, b: number): number;
}

export function surroundings(fit: Dataset, shard: Shard): Surroundings {
  const { items, users, offsets, item } = fit.interactions;
  const knownBy = new Uint32Array(items);
  for (let u = 0; u < users; u++)
    for (const row of new Set(item.subarray(offsets[u]!, offsets[u + 1]!))) knownBy[row]!++;
  return { items, known: { by: (row) => knownBy[row]!, users }, similarity: contentCosine(shard) };
}

/** Likeness by what the catalogue says; 0 where it says nothing. */
function contentCosine({ content }: Shard): (a: number, b: number) => number {
  if (content === undefined) return () => 0;
  const { dims, rows, scales } = content;
  return (a, b) => {
    let dot = 0;
    for (let d = 0; d < dims; d++) dot += rows[a * dims + d]! * rows[b * dims + d]!;
    return dot * scales[a]! * scales[b]!;
  };
}

export function gradeLists(
  lists: readonly (readonly number[])[],
  queries: readonly Pick<TestQuery, 'targets'>[],
  { items, known, similarity }: Surroundings,
): GradedLists {
  const relevant = queries.map(({ targets }) => new Set(targets));
  const each = (of: (list: readonly number[], right: ReadonlySet<number>) => number): number[] =>
    lists.map((list, at) => of(list, relevant[at]!));
  return {
    perQuery: {
      'recall@10': each((list, right) => recallAtK(list, right, 10)),
      'recall@20': each((list, right) => recallAtK(list, right, 20)),
      'ndcg@10': each((list, right) => ndcgAtK(list, right, 10)),
      'hit@10': each((list, right) => hitAtK(list, right, 10)),
      'precision@10': each((list, right) => precisionAtK(list, right, 10)),
      'mrr@10': each((list, right) => mrrAtK(list, right, 10)),
      'diversity@10': each((list) => intraListDiversityAtK(list, similarity, 10)),
      'novelty@10': each((list) => noveltyAtK(list, known, 10)),
    },
    together: { 'itemcoverage@10': itemCoverageAtK(lists, items, 10) },
  };
}
