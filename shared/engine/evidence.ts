import type { Explanation } from '../protocol/device.ts';
import { SOURCES } from '../protocol/slate.ts';
import type { Engine, ShopperState } from './contract.ts';
import { rowOf } from './identity.ts';
import { type Asked, observe } from './observe.ts';
import { inputs, type Ranked, rank, rankedOutside } from './ranking.ts';
import { reasons } from './reason.ts';
import { retrieve } from './retrieval/retrieve.ts';
import { eligible } from './rules.ts';

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
