import type { Engine } from '../contract.ts';
import { rowsOf } from '../identity.ts';
import type { Observation } from '../observe.ts';
import type { Ranked } from '../ranking.ts';
import { order } from '../retrieval/top.ts';
import { boosts } from './boosts.ts';
import { bucketings } from './buckets.ts';
import { type Chosen, type Contender, choose } from './choose.ts';

/** Kept for every place of the slate at least, so that caps have something to choose from. */
const KEPT_A_PLACE = 3;

/** Boosts, threshold, caps, price spread and exploration: from ranked candidates to a slate's rows. */
export function rerank(engine: Engine, seen: Observation, ranked: Ranked): Chosen[] {
  const limit = seen.request.limit ?? seen.shelf.limit;
  const kept = Math.max(engine.settings.kept, KEPT_A_PLACE * limit);
  const contenders = contend(engine, seen, ranked);
  const first = contenders(0, kept);
  const policy = {
    limit,
    caps: bucketings(engine, seen, { rows: first.map(({ row }) => row), limit }),
    exploration: seen.moment.rules === 'on' ? engine.settings.exploration : 0,
    seed: seen.moment.seed,
  };
  return choose(first, policy, () => contenders(kept, ranked.items.length));
}

/** All that reach the threshold, best first by logit and boosts, ties by lower row; a part of them at a time. */
function contend(engine: Engine, seen: Observation, { items, logits }: Ranked) {
  const boosted = engine.scratch.columns.lend(items.length);
  const added = boosts(engine, seen, items);
  for (let at = 0; at < items.length; at++) boosted[at] = logits[at]! + added[at]!;
  const { threshold } = seen.request;
  const avoid = new Set(rowsOf(engine, seen.request.avoid ?? []));
  return (from: number, to: number): Contender[] => {
    const some: Contender[] = [];
    order.begin(items.length);
    order.pushAll(boosted, items.length, true);
    const best = order.best(to);
    for (let place = from; place < best.length; place++) {
      const at = best[place]!;
      const score = boosted[at]!;
      if (threshold !== undefined && !(score >= threshold)) break;
      some.push({ at, row: items[at]!, score, avoided: avoid.has(items[at]!) });
    }
    return some;
  };
}
