import type { ModelCard } from '../../models/contract.ts';
import { trainApart } from '../../models/ranker/apart.ts';
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
  type TrainedRanker,
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
 * deep one too; where they tell of lists that may get a network of their own, that as well.
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
  const { classesBy, apart, ...plain } = settings.ranker;
  const seed = { seed: tools.seed };
  const small = (name: string, by: RankerSettings, train: () => TrainedRanker | undefined) => {
    const trained = stage(tools, name, train);
    if (trained === undefined) return undefined;
    const ranker = { layers: widened(trained.layers), ...scale, schema: FEATURE_SCHEMA };
    return { trained, by, ranker, ndcg: classesBy === undefined && apart === undefined ? 0 : judge(ranker) };
  };
  const even = small('small ranker', plain, () => trainRanker(told, { ...plain, ...seed }, tools));
  if (even === undefined) return undefined;
  const by = { ...plain, classesBy };
  const weighed =
    classesBy === undefined
      ? undefined
      : small('weighed ranker', by, () => trainRanker(told, { ...by, ...seed }, tools));
  const wins = weighed !== undefined && weighed.ndcg > even.ndcg * (1 + WORTH);
  const best = wins ? weighed : even;
  const input = apart === undefined ? -1 : kept.indexOf(apart.by);
  const split =
    apart === undefined || input < 0
      ? undefined
      : small('ranker apart', { ...best.by, apart }, () =>
          trainApart(told, best.trained, {
            settings: { ...plain, ...seed, hidden: apart.hidden },
            gate: { input, most: MOST_DEVIATIONS },
            tools,
          }),
        );
  const splits = split !== undefined && split.ndcg > best.ndcg;
  const chosen = splits ? split : best;
  if (weighed || split)
    tools.journal.log('ways to teach on validation', {
      even: even.ndcg,
      ...(weighed ? { weighed: weighed.ndcg } : {}),
      ...(split ? { apart: split.ndcg } : {}),
    });
  const deep = settings.deep && { ...settings.deep, classesBy: wins ? settings.deep.classesBy : undefined };
  return {
    ranker: chosen.ranker,
    card: rankerCard(chosen.trained, chosen.by, tools.seed),
    deep: deep && learnDeep(told, { deep, widened }, tools),
    metrics: {
      ...(lists.seen ? { 'seen.lists': lists.seen.isSeen.reduce((sum, one) => sum + one, 0) } : {}),
      ...(weighed || split ? { 'validation.classes.without.ndcg@10': even.ndcg } : {}),
      ...(weighed
        ? { 'validation.classes.with.ndcg@10': weighed.ndcg, 'classes.weighed': wins ? 1 : 0 }
        : {}),
      ...(split ? { 'validation.apart.ndcg@10': split.ndcg, 'ranker.apart': splits ? 1 : 0 } : {}),
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
