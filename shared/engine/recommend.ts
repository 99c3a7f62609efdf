import type { Explanation } from '../protocol/device.ts';
import { type SlateRequest, SOURCES, type Source } from '../protocol/slate.ts';
import type { Candidates, Engine, Moment, Recommend, Scored, ShopperState } from './contract.ts';
import { describe, FEATURES } from './features.ts';
import { rowOf } from './identity.ts';
import { type Asked, type Observation, observe, recentItems } from './observe.ts';
import { asksRanker, inputs, type Ranked, rank, rankedOutside } from './ranking.ts';
import { reasons } from './reason.ts';
import { rerank } from './reranking/rerank.ts';
import { poolAnchors } from './retrieval/embedding.ts';
import { retrieve } from './retrieval/retrieve.ts';
import { eligible } from './rules.ts';
import { toSlate } from './slate.ts';
import { traced } from './trace.ts';

/** The whole funnel, one stage a line. */
export const recommend: Recommend = (engine, state, request, moment) => {
  const stage = traced(moment.trace);
  const seen = stage('session', () => observe(engine, state, { request, moment }));
  const retrieval = stage('retrieval', () => retrieve(engine, seen, eligible(engine, seen)));
  const outside = rankedOutside(retrieval.candidates, moment.outside);
  const features = stage('features', () => (outside ? undefined : inputs(engine, seen, retrieval)));
  const ranked = stage('ranking', () => outside ?? rank(engine, retrieval, features));
  const chosen = stage('reranking', () => rerank(engine, seen, ranked));
  return stage('reason', () => toSlate(engine, seen, { chosen, retrieval }));
};

/**
 * What training sees: the candidates and features that `recommend` would rank, by the same code.
 * @returns arrays of its own, to keep
 */
export function score(engine: Engine, state: ShopperState, request: SlateRequest, moment: Moment): Scored {
  return scored(engine, observe(engine, state, { request, moment }));
}

/**
 * What a ranker from outside is asked: its answer goes into `Moment.outside`.
 * @returns undefined where no ranker orders the slate: a shelf with an order of its own, a shopper of whom nothing is known
 */
export function question(
  engine: Engine,
  state: ShopperState,
  request: SlateRequest,
  moment: Moment,
): Scored | undefined {
  const seen = observe(engine, state, { request, moment });
  return asksRanker(seen) ? scored(engine, seen) : undefined;
}

function scored(engine: Engine, seen: Observation): Scored {
  const retrieval = retrieve(engine, seen, eligible(engine, seen));
  const { features, categories } = describe(
    engine,
    { seen, retrieval },
    {
      room: (rows) => new Float32Array(rows * FEATURES.length),
      layout: 'rows',
      categories: true,
    },
  );
  return {
    candidates: copyOf(retrieval.candidates),
    features,
    categories: categories!.slice(),
  };
}

function copyOf({ items, scores, ranks }: Candidates): Candidates {
  const copied = <T extends Float32Array | Int32Array>(columns: Readonly<Record<Source, T>>) =>
    Object.fromEntries(SOURCES.map((source) => [source, columns[source].slice()])) as Record<Source, T>;
  return { items: items.slice(), scores: copied(scores), ranks: copied(ranks) };
}

/**
 * Why an item would be (or was) recommended, made again from what its slate was made from.
 * @returns null for an item that is not among the candidates
 */
export function evidence(
  engine: Engine,
  state: ShopperState,
  { request, moment }: Asked,
  item: string,
): Explanation | null {
  const seen = observe(engine, state, { request, moment });
  const retrieval = retrieve(engine, seen, eligible(engine, seen));
  const { items, scores, ranks } = retrieval.candidates;
  const row = rowOf(engine, item);
  const at = items.indexOf(row);
  if (row < 0 || at < 0) return null;
  const rankedAgain = (): Ranked =>
    rankedOutside(retrieval.candidates, moment.outside) ??
    rank(engine, retrieval, inputs(engine, seen, retrieval));
  const spoken = SOURCES.filter((source) => ranks[source][at]! >= 0);
  return {
    item,
    reason: reasons(engine, seen, retrieval)(at, row),
    evidence: Object.fromEntries(
      spoken.map((source) => [source, { score: scores[source][at]!, rank: ranks[source][at]! }]),
    ),
    logit: rankedAgain().logits[at]!,
  };
}

/**
 * What a device asks the server for candidates with: the shopper's pooled vector, coarse (seven bits) and without any
 * id. Null where nothing of the shopper has a vector.
 */
export function candidateQuery(
  engine: Engine,
  state: ShopperState,
): { readonly space: string; readonly query: Int8Array } | null {
  const pooled = poolAnchors(engine, recentItems(engine, state));
  return pooled === undefined ? null : { space: engine.shard.space, query: pooled.query.vector };
}
