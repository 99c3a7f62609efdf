import type { ModelCard } from '../../models/contract.ts';
import { deepCard, rankerCard } from '../../models/ranker/card.ts';
import { keepColumns, varying, widen } from '../../models/ranker/columns.ts';
import type { FoldedDeep } from '../../models/ranker/deep/fold.ts';
import { trainDeep } from '../../models/ranker/deep/train.ts';
import type { Layer } from '../../models/ranker/network.ts';
import { type Moments, moments, type RankingLists, type TrainedRanker } from '../../models/ranker/train.ts';
import { CATEGORICALS, FEATURE_SCHEMA, FEATURES } from '../../shared/engine/features.ts';
import { MOST_DEVIATIONS, standardise } from '../../shared/engine/ranking.ts';
import type { RankerTensors } from './encode.ts';
import type { TrainingSettings } from './settings.ts';
import { startCommittee } from './small-ranker/committee.ts';
import { chooseWay, onlyLessons } from './small-ranker/ways.ts';
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

/**
 * Rankers from the funnel's lists (which are standardised in place); undefined where there are too few. Where the settings tell
 * classes of lists apart, the small one is tried without and with their weights, and what validates better is done, by the
 * deep one too; where they tell of lists that may get a network of their own, that as well. The way that is chosen is gone by all
 * members of the committee.
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
  const tensors = ({ layers }: TrainedRanker): RankerTensors => ({
    layers: widened(layers),
    ...scale,
    schema: FEATURE_SCHEMA,
  });
  const input = settings.ranker.apart === undefined ? -1 : kept.indexOf(settings.ranker.apart.by);
  const only = onlyLessons(told, settings.ranker);
  let committee = only && startCommittee(only, tools);
  try {
    const chosen = chooseWay(told, settings.ranker, tools, {
      gate: input < 0 ? undefined : { input, most: MOST_DEVIATIONS },
      judge: (trained) => judge(tensors(trained)),
    });
    if (chosen === undefined) return undefined;
    const { way, weighs, metrics } = chosen;
    committee ??= startCommittee(way.lessons, tools);
    const { deep } = settings;
    const by = deep && { ...deep, classesBy: weighs ? deep.classesBy : undefined };
    const learned = by && learnDeep(told, { deep: by, widened }, tools);
    const trained = committee.finish(way);
    return {
      ranker: tensors(trained),
      card: rankerCard(trained, way.by, tools.seed),
      deep: learned,
      metrics: {
        ...(lists.seen ? { 'seen.lists': lists.seen.isSeen.reduce((sum, one) => sum + one, 0) } : {}),
        ...metrics,
      },
    };
  } finally {
    committee?.close();
  }
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
