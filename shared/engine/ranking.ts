import type { Engine, Ranker } from './contract.ts';
import { FEATURES } from './features.ts';
import type { Observation } from './observe.ts';
import { isCold, type Retrieval } from './retrieval/retrieve.ts';

/** z-scores beyond this say no more: a shop's outlier must not drown the rest. */
const MOST_DEVIATIONS = 10;

/** A shelf with an order of its own, and a shopper of whom nothing is known, are ranked by the blend. */
export const asksRanker = (engine: Engine, { shelf, request, anchors }: Observation): boolean =>
  engine.ranker !== undefined && shelf.blend === undefined && !isCold(request.placement, anchors.length);

/**
 * One logit a candidate: the network's, or the blend where there are no features to rank by.
 * @param features of `describe`; overwritten by their z-scores
 */
export function rank(engine: Engine, retrieval: Retrieval, features: Float32Array | undefined): Float32Array {
  const { ranker } = engine;
  if (ranker === undefined || features === undefined) return retrieval.blended;
  const count = retrieval.candidates.items.length;
  return ranker.network.run(standardise(features, ranker, count), count).slice(0, count);
}

/** z-scores in place, clipped; a feature that never varied counts for nothing. Training calls this very function. */
export function standardise(
  features: Float32Array,
  { means, deviations }: Pick<Ranker, 'means' | 'deviations'>,
  rows: number,
): Float32Array {
  const width = FEATURES.length;
  for (let i = 0; i < rows; i++) {
    for (let f = 0; f < width; f++) {
      const at = i * width + f;
      const deviation = deviations[f]!;
      const z = deviation > 0 ? (features[at]! - means[f]!) / deviation : 0;
      features[at] = Math.max(-MOST_DEVIATIONS, Math.min(MOST_DEVIATIONS, z));
    }
  }
  return features;
}
