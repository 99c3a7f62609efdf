import type { ModelCard } from '../../models/contract.ts';
import { deepCard, rankerCard } from '../../models/ranker/card.ts';
import { keepColumns, varying, widen } from '../../models/ranker/columns.ts';
import type { FoldedDeep } from '../../models/ranker/deep/fold.ts';
import { trainDeep } from '../../models/ranker/deep/train.ts';
import { trainFamilies } from '../../models/ranker/families.ts';
import type { Layer } from '../../models/ranker/network.ts';
import {
  type Moments,
  moments,
  type RankerSettings,
  type RankingLists,
  trainRanker,
} from '../../models/ranker/train.ts';
import { CATEGORICALS, FEATURE_SCHEMA, FEATURES } from '../../shared/engine/features.ts';
import { MOST_DEVIATIONS, standardise } from '../../shared/engine/ranking.ts';
import type { RankerTensors } from './encode.ts';
import type { TrainingSettings } from './settings.ts';
import { stage, type TrainingTools } from './sources.ts';

export interface Learned {
  /** the small one */
  readonly ranker: RankerTensors;
  readonly card: ModelCard;
  readonly deep: { readonly network: FoldedDeep; readonly card: ModelCard } | undefined;
  readonly metrics: Readonly<Record<string, number>>;
}

/** What decides between rankers: ndcg@10 of the funnel's slates on validation. */
export type Judge = (ranker: RankerTensors) => number;

/** What weighing classes must gain of ndcg, as a share: else all questions weigh the same. */
const WORTH = 0.01;

/**
 * Rankers from the funnel's lists (which are standardised in place); undefined where there are too few. Where the settings tell
 * classes of lists apart, the small one is trained without and with their weights, and what validates better is done, by the
 * deep one too; where they tell families apart, each by itself as well.
 * @param without features that are left out: they count for nothing at serving either
 */
export function learnRanker(
  lists: RankingLists,
  settings: TrainingSettings,
  tools: TrainingTools,
  {
    judge,
    without = new Set(),
  }: { readonly judge: Judge; readonly without?: ReadonlySet<string> | undefined },
): Learned | undefined {
  if (lists.real.length === 0) return undefined;
  const scale = moments(lists);
  FEATURES.forEach(({ name }, f) => {
    if (without.has(name) || settings.unread.includes(name)) scale.deviations[f] = 0;
  });
  standardiseAll(lists, scale);
  const kept = varying(scale.deviations);
  const told = keepColumns(lists, kept);
  const widened = (layers: readonly Layer[]): Layer[] =>
    layers.map((layer, l) => (l === 0 ? { ...layer, ...widen(layer, kept, lists.features) } : layer));
  const { classesBy, families, ...plain } = settings.ranker;
  const input = families === undefined ? -1 : kept.indexOf(families.by);
  const small = (name: string, by: RankerSettings) => {
    const how = { ...by, seed: tools.seed };
    const trained = stage(tools, name, () =>
      by.families
        ? trainFamilies(told, { ...how, ...by.families }, { gate: { input, most: MOST_DEVIATIONS }, tools })
        : trainRanker(told, how, tools),
    );
    if (trained === undefined) return undefined;
    return { trained, by, ranker: { layers: widened(trained.layers), ...scale, schema: FEATURE_SCHEMA } };
  };
  const even = small('small ranker', plain);
  if (even === undefined) return undefined;
  const weighed = classesBy === undefined ? undefined : small('weighed ranker', { ...plain, classesBy });
  const split =
    families === undefined || input < 0 ? undefined : small('split ranker', { ...plain, families });
  const judged = {
    even: weighed || split ? judge(even.ranker) : 0,
    weighed: weighed ? judge(weighed.ranker) : 0,
    split: split ? judge(split.ranker) : 0,
  };
  if (weighed || split) tools.journal.log('ways to teach on validation', judged);
  const wins = judged.weighed > judged.even * (1 + WORTH);
  const splits = judged.split > Math.max(judged.even, wins ? judged.weighed : 0);
  const chosen = (splits ? split : wins ? weighed : even) ?? even;
  const deep = settings.deep && { ...settings.deep, classesBy: wins ? settings.deep.classesBy : undefined };
  return {
    ranker: chosen.ranker,
    card: rankerCard(chosen.trained, chosen.by, tools.seed),
    deep: deep && learnDeep(told, { deep, widened }, tools),
    metrics: {
      ...(weighed || split ? { 'validation.classes.without.ndcg@10': judged.even } : {}),
      ...(weighed
        ? { 'validation.classes.with.ndcg@10': judged.weighed, 'classes.weighed': wins && !splits ? 1 : 0 }
        : {}),
      ...(split ? { 'validation.families.ndcg@10': judged.split, 'families.split': splits ? 1 : 0 } : {}),
    },
  };
}

/** Rows at a time, so that a column is met again before it has left the cache. */
const AT_ONCE = 256;

function standardiseAll({ values, features, length, real }: RankingLists, scale: Moments): void {
  const all = real.length * length;
  for (let from = 0; from < all; from += AT_ONCE) {
    const rows = Math.min(AT_ONCE, all - from);
    standardise(values.subarray(from * features, (from + rows) * features), scale, rows);
  }
}

function learnDeep(
  lists: RankingLists,
  how: { deep: NonNullable<TrainingSettings['deep']>; widened(layers: readonly Layer[]): Layer[] },
  tools: TrainingTools,
): Learned['deep'] {
  const vocabularies = CATEGORICALS.map(({ vocabulary }) => vocabulary);
  const trained = stage(tools, 'deep ranker', () =>
    trainDeep(lists, { ...how.deep, seed: tools.seed, vocabularies }, tools),
  );
  if (trained === undefined) return undefined;
  const network = { ...trained.network, layers: how.widened(trained.network.layers) };
  return { network, card: deepCard(trained, how.deep, tools.seed) };
}
