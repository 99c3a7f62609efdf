import type { Engine } from '../contract.ts';
import { FACT } from '../facts.ts';
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
    engine.scratch.affinity.clear();
    for (const [name, share] of affinity) engine.scratch.affinity.add(name, share);
    return {
      propose: (limit) => propose(engine, { affinity, eligible, limit }),
      score: (rows, out) => score(engine, rows, out),
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
    const name = engine.index.facts.of(FACT.category, row);
    total += weights[at]!;
    if (name > 0) shares.set(name, (shares.get(name) ?? 0) + weights[at]!);
  });
  const largest = [...shares].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MOST_CATEGORIES);
  return new Map(largest.map(([name, share]) => [name, share / total]));
}

/** Of each row: its category's share times its popularity against the best there. */
function score({ index, scratch }: Engine, rows: Uint32Array, out: Float32Array): void {
  const { facts, categoryTop } = index;
  const { share } = scratch.affinity;
  facts.pick(FACT.category, rows, out);
  for (let i = 0; i < rows.length; i++) {
    const name = out[i]!;
    const liked = share[name]!;
    out[i] = liked === 0 ? 0 : scoreOf(liked, facts.of(FACT.popularity, rows[i]!), categoryTop[name]!);
  }
}

const scoreOf = (share: number, popularity: number, top: number): number =>
  top > 0 ? Math.fround((share * Math.max(0, popularity)) / top) : 0;

interface Wanted {
  readonly affinity: ReadonlyMap<number, number>;
  readonly eligible: Uint32Array;
  readonly limit: number;
}

/**
 * The best of all lists: inside a category the score falls with popularity, so that the best is always at the head of one.
 * All that score as the last one are looked at, since the row decides between them.
 */
function propose(engine: Engine, { affinity, eligible, limit }: Wanted): Uint32Array {
  const heads = [...affinity].map(([name, share]) => new Head(engine, { name, share, eligible }));
  order.begin(heads.reduce((sum, head) => sum + head.length, 0));
  let last = 0;
  for (let taken = 0; ; taken++) {
    const head = bestHead(heads);
    if (head === undefined || (taken >= limit && head.score < last)) break;
    last = head.score;
    order.push(head.score, head.row);
    head.next();
  }
  return order.best(limit).slice();
}

function bestHead(heads: readonly Head[]): Head | undefined {
  let best: Head | undefined;
  for (let i = 0; i < heads.length; i++)
    if (heads[i]!.score > (best === undefined ? 0 : best.score)) best = heads[i];
  return best;
}

/** The best eligible row of a category that was not taken yet; score 0 where none is left. */
class Head {
  row = 0;
  score = 0;
  readonly length: number;
  readonly #list: Uint32Array;
  readonly #engine: Engine;
  readonly #eligible: Uint32Array;
  readonly #share: number;
  readonly #top: number;
  #at = 0;

  constructor(
    engine: Engine,
    {
      name,
      share,
      eligible,
    }: { readonly name: number; readonly share: number; readonly eligible: Uint32Array },
  ) {
    this.#engine = engine;
    this.#eligible = eligible;
    this.#share = share;
    this.#top = engine.index.categoryTop[name]!;
    this.#list = engine.index.byCategory(name);
    this.length = this.#list.length;
    this.next();
  }

  next(): void {
    this.score = 0;
    while (this.#at < this.#list.length) {
      const row = this.#list[this.#at++]!;
      if (!has(this.#eligible, row)) continue;
      this.row = row;
      this.score = scoreOf(this.#share, this.#engine.index.facts.of(FACT.popularity, row), this.#top);
      return;
    }
  }
}
