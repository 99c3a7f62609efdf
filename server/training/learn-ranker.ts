import type { ModelCard } from '../../models/contract.ts';
import { rankerCard } from '../../models/ranker/card.ts';
import { moments, type RankingLists, trainRanker } from '../../models/ranker/train.ts';
import { FEATURE_SCHEMA } from '../../shared/engine/features.ts';
import { standardise } from '../../shared/engine/ranking.ts';
import type { RankerTensors } from './encode.ts';
import type { TrainingSettings } from './settings.ts';
import type { TrainingTools } from './sources.ts';

/** A ranker from the funnel's lists (which are standardised in place); undefined where there are too few. */
export function learnRanker(
  lists: RankingLists,
  settings: TrainingSettings,
  tools: TrainingTools,
): { ranker: RankerTensors; card: ModelCard } | undefined {
  if (lists.real.length === 0) return undefined;
  const scale = moments(lists);
  standardise(lists.values, scale, lists.real.length * lists.length);
  const trained = trainRanker(lists, { ...settings.ranker, seed: tools.seed }, tools);
  if (trained === undefined) return undefined;
  return {
    ranker: { layers: trained.layers, ...scale, schema: FEATURE_SCHEMA },
    card: rankerCard(trained, settings.ranker, tools.seed),
  };
}
