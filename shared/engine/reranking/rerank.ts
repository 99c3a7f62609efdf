import type { Engine } from '../contract.ts';
import { rowsOf } from '../identity.ts';
import type { Observation } from '../observe.ts';
import type { Ranked } from '../ranking.ts';
import { order } from '../retrieval/top.ts';
import { boost } from './boosts.ts';
import { bucketings } from './buckets.ts';
import { type Chosen, type Contender, choose } from './choose.ts';

/** Kept for every place of the slate at least, so that caps have something to choose from. */
const KEPT_A_PLACE = 3;

/** Boosts, threshold, caps, price spread and exploration: from ranked candidates to a slate's rows. */
export function rerank(engine: Engine, seen: Observation, { items, logits }: Ranked): Chosen[] {
  const limit = seen.request.limit ?? seen.shelf.limit;
  const contenders = contend(engine, seen, { items, logits });
  const kept = Math.max(engine.settings.kept, KEPT_A_PLACE * limit);
  const rows = contenders.slice(0, kept).map(({ row }) => row);
  return choose(contenders, {
    limit,
    kept,
    caps: bucketings(engine, seen, { rows, limit }),
    exploration: seen.moment.rules === 'on' ? engine.settings.exploration : 0,
    seed: seen.moment.seed,
  });
}

/** All that reach the threshold, best first by logit and boosts, ties by lower row. */
function contend(engine: Engine, seen: Observation, { items, logits }: Ranked): Contender[] {
  const { threshold } = seen.request;
  const boosted = logits.map((logit, at) => logit + boost(engine, seen, items[at]!));
  order.begin(items.length);
  order.pushAll(boosted);
  const best = order.best(items.length);
  const avoid = new Set(rowsOf(engine, seen.request.avoid ?? []));
  return Array.from(best, (at): Contender => {
    const row = items[at]!;
    return { at, row, score: boosted[at]!, avoided: avoid.has(row) };
  }).filter(({ score }) => threshold === undefined || score >= threshold);
}
