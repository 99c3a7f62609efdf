import type { ModelCard } from '../../models/contract.ts';
import { deepCard, rankerCard } from '../../models/ranker/card.ts';
import type { FoldedDeep } from '../../models/ranker/deep/fold.ts';
import { trainDeep } from '../../models/ranker/deep/train.ts';
import { moments, type RankingLists, trainRanker } from '../../models/ranker/train.ts';
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
}

/**
 * Rankers from the funnel's lists (which are standardised in place); undefined where there are too few.
 * @param without features that are left out: they count for nothing at serving either
 */
export function learnRanker(
  lists: RankingLists,
  settings: TrainingSettings,
  tools: TrainingTools,
  without: ReadonlySet<string> = new Set(),
): Learned | undefined {
  if (lists.real.length === 0) return undefined;
  const scale = moments(lists);
  FEATURES.forEach(({ name }, f) => {
    if (without.has(name)) scale.deviations[f] = 0;
  });
  standardise(lists.values, scale, lists.real.length * lists.length);
  const { seed } = tools;
  const trained = stage(tools, 'small ranker', () => trainRanker(lists, { ...settings.ranker, seed }, tools));
  if (trained === undefined) return undefined;
  return {
    ranker: { layers: trained.layers, ...scale, schema: FEATURE_SCHEMA },
    card: rankerCard(trained, settings.ranker, seed),
    deep: settings.deep && learnDeep(lists, settings.deep, tools),
  };
}

function learnDeep(
  lists: RankingLists,
  settings: NonNullable<TrainingSettings['deep']>,
  tools: TrainingTools,
): Learned['deep'] {
  const vocabularies = CATEGORICALS.map(({ vocabulary }) => vocabulary);
  const trained = stage(tools, 'deep ranker', () =>
    trainDeep(lists, { ...settings, seed: tools.seed, vocabularies }, tools),
  );
  return trained && { network: trained.network, card: deepCard(trained, settings, tools.seed) };
}
