import type { Candidates, Engine, OutsideLogits, Ranker } from './contract.ts';
import { type Described, describe, FEATURES } from './features.ts';
import type { Observation } from './observe.ts';
import { isCold, type Retrieval } from './retrieval/retrieve.ts';

/** z-scores beyond this say no more: a shop's outlier must not drown the rest. */
const MOST_DEVIATIONS = 10;

/** Candidates and one logit each. */
export interface Ranked {
  readonly items: Uint32Array;
  readonly logits: Float32Array;
}

/**
 * The features that the ranker reads; undefined where it is not asked: without one, on a shelf with an order of its
 * own, and for a shopper of whom nothing is known.
 */
export function inputs(engine: Engine, seen: Observation, retrieval: Retrieval): Described | undefined {
  return engine.ranker === undefined || !asksRanker(seen) ? undefined : describe(engine, seen, retrieval);
}

/** Whether a ranker orders this slate at all, the release's own or one from outside. */
export const asksRanker = ({ shelf, request, anchors }: Observation): boolean =>
  shelf.blend === undefined && !isCold(request.placement, anchors.length);

/** Logits from outside, where they are of these very candidates; undefined where there are none. */
export function rankedOutside({ items }: Candidates, outside: OutsideLogits | undefined): Ranked | undefined {
  if (outside === undefined || outside.items.length !== items.length) return undefined;
  return items.every((row, at) => row === outside.items[at]) ? { items, logits: outside.logits } : undefined;
}

/**
 * One logit a candidate: the network's, or the blend where there are no features to rank by.
 * @param described of `inputs`; its features are overwritten by their z-scores
 */
export function rank(engine: Engine, retrieval: Retrieval, described: Described | undefined): Ranked {
  const { items } = retrieval.candidates;
  if (engine.ranker === undefined || described === undefined) return { items, logits: retrieval.blended };
  const { network } = engine.ranker;
  const logits = network.run(standardise(described.features, engine.ranker, items.length), items.length);
  return { items, logits: logits.slice(0, items.length) };
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
