import type { ModelCard } from '../../models/contract.ts';
import { deepCard, rankerCard } from '../../models/ranker/card.ts';
import { keepColumns, varying, widen } from '../../models/ranker/columns.ts';
import type { FoldedDeep } from '../../models/ranker/deep/fold.ts';
import { trainDeep } from '../../models/ranker/deep/train.ts';
import type { Layer } from '../../models/ranker/network.ts';
import {
  type Moments,
  moments,
  type RankerSettings,
  type RankingLists,
  trainRanker,
} from '../../models/ranker/train.ts';
import { CATEGORICALS, FEATURE_SCHEMA, FEATURES } from '../../shared/engine/features.ts';
import { standardise } from '../../shared/engine/ranking.ts';
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
 * deep one too.
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
    layers.map((layer, l) => (l === 0 ? widen(layer, kept, lists.features) : layer));
  const { classesBy, ...plain } = settings.ranker;
  const small = (name: string, by: RankerSettings) => {
    const trained = stage(tools, name, () => trainRanker(told, { ...by, seed: tools.seed }, tools));
    if (trained === undefined) return undefined;
    return { trained, by, ranker: { layers: widened(trained.layers), ...scale, schema: FEATURE_SCHEMA } };
  };
  const even = small('small ranker', plain);
  if (even === undefined) return undefined;
  const weighed = classesBy === undefined ? undefined : small('weighed ranker', settings.ranker);
  const judged = weighed && { even: judge(even.ranker), weighed: judge(weighed.ranker) };
  if (judged)
    tools.journal.log('class weights on validation', { without: judged.even, with: judged.weighed });
  const wins = judged !== undefined && judged.weighed > judged.even * (1 + WORTH);
  const chosen = wins && weighed ? weighed : even;
  const deep = settings.deep && { ...settings.deep, classesBy: wins ? settings.deep.classesBy : undefined };
  return {
    ranker: chosen.ranker,
    card: rankerCard(chosen.trained, chosen.by, tools.seed),
    deep: deep && learnDeep(told, { deep, widened }, tools),
    metrics: judged
      ? {
          'validation.classes.without.ndcg@10': judged.even,
          'validation.classes.with.ndcg@10': judged.weighed,
          'classes.weighed': wins ? 1 : 0,
        }
      : {},
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
