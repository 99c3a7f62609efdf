import type { Engine } from '../contract.ts';
import { has } from '../mask.ts';
import type { Anchor } from '../observe.ts';
import { weigh } from './anchors.ts';
import { type Retriever, SILENT } from './retriever.ts';
import { order } from './top.ts';

/** Categories that count as the shopper's. */
const MOST_CATEGORIES = 10;

/** What is popular in the categories that the shopper likes: share of the shopper's items times popularity there. */
export const category: Retriever = {
  source: 'category',
  open({ engine, seen, eligible }) {
    const affinity = categoryAffinity(engine, seen.anchors);
    if (affinity.size === 0) return SILENT;
    const score = (row: number) => scoreOf(engine, affinity, row);
    return {
      propose: (limit) => propose(engine, { affinity, eligible, limit }),
      score: (rows, out) => {
        for (let i = 0; i < rows.length; i++) out[i] = score(rows[i]!);
      },
      carrier: () => undefined,
    };
  },
};

/** Category -> its decayed share of the anchors, of the MOST_CATEGORIES largest; without "missing". */
export function categoryAffinity(engine: Engine, anchors: readonly Anchor[]): Map<number, number> {
  const weights = weigh(anchors, engine.settings.decay.history);
  const shares = new Map<number, number>();
  let total = 0;
  anchors.forEach(({ row }, at) => {
    const name = engine.index.columns.category[row]!;
    total += weights[at]!;
    if (name > 0) shares.set(name, (shares.get(name) ?? 0) + weights[at]!);
  });
  const largest = [...shares].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MOST_CATEGORIES);
  return new Map(largest.map(([name, share]) => [name, share / total]));
}

function scoreOf(engine: Engine, affinity: ReadonlyMap<number, number>, row: number): number {
  const { columns, categoryTop } = engine.index;
  const name = columns.category[row]!;
  const share = affinity.get(name);
  if (share === undefined) return 0;
  const top = categoryTop[name]!;
  return top > 0 ? Math.fround((share * Math.max(0, columns.popularity[row]!)) / top) : 0;
}

interface Wanted {
  readonly affinity: ReadonlyMap<number, number>;
  readonly eligible: Uint32Array;
  readonly limit: number;
}

/** Inside a category the score falls with popularity, so the first `limit` of each list hold the best of all. */
function propose(engine: Engine, { affinity, eligible, limit }: Wanted): Uint32Array {
  order.begin(affinity.size * limit);
  for (const name of affinity.keys()) {
    let taken = 0;
    for (const row of engine.index.byCategory[name]!) {
      if (taken === limit) break;
      if (!has(eligible, row)) continue;
      const score = scoreOf(engine, affinity, row);
      if (score <= 0) break;
      taken += 1;
      order.push(score, row);
    }
  }
  return order.best(limit).slice();
}
