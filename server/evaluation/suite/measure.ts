import type { Dataset } from '../../../models/contract.ts';
import { probabilityOf } from '../../../models/ranker/logistic.ts';
import {
  type Bin,
  categoryCalibration,
  expectedCalibrationError,
  reliability,
} from '../../../shared/metrics/calibration.ts';
import { averagePopularityAtK } from '../../../shared/metrics/lists.ts';
import { auc, hitAtK, mrrAtK, ndcgAtK, precisionAtK, recallAtK } from '../../../shared/metrics/ranking.ts';
import { isRanked } from '../../training/measure.ts';
import { type BootstrapSettings, bootstrap, bootstrapOfSums, type Interval } from '../bootstrap.ts';
import { gradeLists, surroundings } from '../shop/grade.ts';
import { logitsOf, type Respondent, rowIn, slateOf } from './ask.ts';
import type { Asked } from './questions.ts';

export type Metrics = Readonly<Record<string, Interval>>;

export interface Measured {
  /** means over questions, with the bounds of a bootstrap over shoppers */
  readonly metrics: Metrics;
  /** of all slates together */
  readonly together: Readonly<Record<string, number>>;
  /** what the ranker promises and what comes true; absent where the blend ranks, whose scores promise nothing */
  readonly calibration?: { readonly ece: Interval; readonly bins: readonly Bin[] };
  /** of every question, as catalogue rows */
  readonly slates: readonly (readonly number[])[];
}

/** Ranking metrics of lists, a value a question. */
export function rankingOf(
  lists: readonly (readonly number[])[],
  targets: readonly (readonly number[])[],
): Record<string, number[]> {
  const right = targets.map((rows) => new Set(rows));
  const each = (metric: typeof recallAtK, k: number): number[] =>
    lists.map((list, at) => metric(list, right[at]!, k));
  return {
    'ndcg@10': each(ndcgAtK, 10),
    'recall@10': each(recallAtK, 10),
    'recall@20': each(recallAtK, 20),
    'hit@10': each(hitAtK, 10),
    'precision@10': each(precisionAtK, 10),
    'mrr@10': each(mrrAtK, 10),
  };
}

/** Everything that is said of a release's slates. */
export function measureAll(
  of: Respondent,
  queries: readonly Asked[],
  { fit, intervals }: { readonly fit: Dataset; readonly intervals: BootstrapSettings },
): Measured {
  const around = surroundings(fit, of.engine.shard);
  const rowOfShard = shardRows(of);
  // Vectors lie in the release's rows, counts in the catalogue's.
  const similarity = (a: number, b: number): number => {
    const [x, y] = [rowOfShard.get(a), rowOfShard.get(b)];
    return x === undefined || y === undefined ? 0 : around.similarity(x, y);
  };
  const shown = queries.map((query) => slateOf(of, query));
  const slates = shown.map((entries) => entries.map(({ item }) => rowIn(of, item)));
  const shoppers = queries.map(({ shopper }) => shopper);
  const targets = queries.map((query) => query.targets);
  const { perQuery, together } = gradeLists(slates, queries, { ...around, similarity });
  const count = countsOf(fit);
  const values: Record<string, readonly (number | undefined)[]> = {
    ...rankingOf(slates, targets),
    auc: queries.map((query) => areaOf(of, query)),
    'diversity@10': perQuery['diversity@10']!,
    'novelty@10': perQuery['novelty@10']!,
    'averagepopularity@10': slates.map((list) => averagePopularityAtK(list, (row) => count[row] ?? 0, 10)),
    'categorycalibration@10': queries.map((query, at) => mixOf(of.whole, query, slates[at]!)),
  };
  const promised = shown.map((entries, at) =>
    isRanked(of.engine, of.whole, queries[at]!) ? entries.map(({ score }) => probabilityOf(score)) : [],
  );
  const calibration = of.engine.ranker && calibrationOf(promised, { slates, queries, shoppers }, intervals);
  return {
    metrics: estimates(values, shoppers, intervals),
    together,
    ...(calibration ? { calibration } : {}),
    slates,
  };
}

/** Mean and bounds of each metric; questions that a metric has nothing to say of are left out of it. */
export function estimates(
  values: Readonly<Record<string, readonly (number | undefined)[]>>,
  shoppers: readonly string[],
  intervals: BootstrapSettings,
): Metrics {
  const estimate = (all: readonly (number | undefined)[]): Interval => {
    const said = all.flatMap((value, at) => (value === undefined ? [] : [{ value, of: shoppers[at]! }]));
    return bootstrap(
      said.map(({ value }) => value),
      said.map((one) => one.of),
      intervals,
    );
  };
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, estimate(all)]));
}

function shardRows({ rows }: Respondent): Map<number, number> {
  const found = new Map<number, number>();
  for (let row = 0; row < rows.length; row++) found.set(rows[row]!, row);
  return found;
}

export function countsOf({ interactions: { items, item } }: Dataset): Uint32Array {
  const counts = new Uint32Array(items);
  for (const row of item) counts[row]!++;
  return counts;
}

/** Of the whole catalogue, what was never retrieved at one lowest place. */
function areaOf(of: Respondent, query: Asked): number | undefined {
  const right = new Set(query.targets);
  return auc(logitsOf(of, query), (row) => right.has(row));
}

function mixOf({ catalogue, interactions }: Dataset, query: Asked, slate: readonly number[]) {
  const categoryOf = (row: number): string => catalogue.groups[row]?.item.product_type ?? '';
  const known: string[] = [];
  for (let r = query.from; r < query.to; r++)
    if (!query.without?.includes(interactions.item[r]!)) known.push(categoryOf(interactions.item[r]!));
  return categoryCalibration(known, slate.slice(0, 10).map(categoryOf));
}

/** Probabilities of the first ten places that the ranker ordered, by bins; the bounds come from drawing shoppers anew. */
function calibrationOf(
  promised: readonly (readonly number[])[],
  of: {
    readonly slates: readonly (readonly number[])[];
    readonly queries: readonly Asked[];
    readonly shoppers: readonly string[];
  },
  intervals: BootstrapSettings,
): NonNullable<Measured['calibration']> {
  const probabilities = promised.map((all) => all.slice(0, 10));
  const outcomes = of.slates.map((slate, at) => {
    const right = new Set(of.queries[at]!.targets);
    return slate.slice(0, probabilities[at]!.length).map((row) => (right.has(row) ? 1 : 0));
  });
  const rows = probabilities.map((all, at) =>
    reliability(all, outcomes[at]!).flatMap((bin) => [bin.count, bin.predicted, bin.happened]),
  );
  const binsOf = (sums: readonly number[]): Bin[] =>
    Array.from({ length: sums.length / 3 }, (_, bin) => ({
      count: sums[3 * bin]!,
      predicted: sums[3 * bin + 1]!,
      happened: sums[3 * bin + 2]!,
    }));
  const ece = bootstrapOfSums(rows, of.shoppers, (sums) => expectedCalibrationError(binsOf(sums)), intervals);
  return { ece, bins: reliability(probabilities.flat(), outcomes.flat()) };
}
