import type { Candidates, Engine, OutsideLogits, Ranker } from './contract.ts';
import { type Described, describe, FEATURES } from './features.ts';
import { orderFresh } from './fresh-order.ts';
import { isCold, type Observation } from './observe.ts';
import type { Retrieval } from './retrieval/retrieve.ts';

/** z-scores beyond this say no more: a shop's outlier must not drown the rest. */
export const MOST_DEVIATIONS = 10;

/** Candidates and one logit each. */
export interface Ranked {
  readonly items: Uint32Array;
  readonly logits: Float32Array;
}

/**
 * What the ranker reads, written where its network reads it; undefined where it is not asked: without one, on a shelf
 * with an order of its own, and for a shopper of whom nothing is known.
 */
export function inputs(engine: Engine, seen: Observation, retrieval: Retrieval): Described | undefined {
  const { ranker } = engine;
  if (ranker === undefined || !asksRanker(seen)) return undefined;
  return describe(
    engine,
    { seen, retrieval },
    {
      room: (rows) => ranker.network.input(rows),
      layout: 'columns',
      categories: ranker.kind === 'deep',
    },
  );
}

/** Whether a ranker orders this slate at all, the release's own or one from outside. */
export const asksRanker = (seen: Observation): boolean => seen.shelf.blend === undefined && !isCold(seen);

/** Logits from outside, where they are of these very candidates; undefined where there are none. */
export function rankedOutside({ items }: Candidates, outside: OutsideLogits | undefined): Ranked | undefined {
  if (outside === undefined || outside.items.length !== items.length) return undefined;
  return items.every((row, at) => row === outside.items[at]) ? { items, logits: outside.logits } : undefined;
}

/** One logit a candidate: the network's, or the blend where there is nothing to rank by. */
export function rank(engine: Engine, retrieval: Retrieval, described: Described | undefined): Ranked {
  const { items } = retrieval.candidates;
  if (engine.ranker === undefined || described === undefined)
    return { items, logits: orderFresh(engine, retrieval, retrieval.blended.slice()) };
  const { features, categories } = described;
  const logits = engine.ranker.network.runColumns(features, items.length, categories);
  return { items, logits: orderFresh(engine, retrieval, logits) };
}

/**
 * z-scores in place, clipped; a feature that never varied counts for nothing. What training calls, and bit for bit what
 * the network does with its inputs at serving.
 */
export function standardise(
  features: Float32Array,
  { means, deviations }: Pick<Ranker, 'means' | 'deviations'>,
  rows: number,
): Float32Array {
  const width = FEATURES.length;
  const { fround, max, min } = Math;
  for (let f = 0; f < width; f++) {
    const mean = means[f]!;
    const inverse = deviations[f]! > 0 ? fround(1 / deviations[f]!) : 0;
    for (let i = 0, at = f; i < rows; i++, at += width) {
      const z = fround(fround(features[at]! - mean) * inverse);
      features[at] = max(-MOST_DEVIATIONS, min(MOST_DEVIATIONS, z));
    }
  }
  return features;
}
