import { rowOf } from '../identity.ts';
import { has } from '../mask.ts';
import { largestOf, weigh } from './anchors.ts';
import { sharesOf } from './pool.ts';
import { type Retriever, SILENT } from './retriever.ts';
import { order } from './top.ts';

/**
 * Candidates that the server answered for an earlier query of this shopper. Those of another embedding space, and ids
 * that this release does not know, count for nothing.
 */
export const server: Retriever = {
  source: 'server',
  open({ engine, seen, eligible }) {
    const answer = seen.moment.server;
    if (answer === undefined || answer.space !== engine.shard.space) return SILENT;
    const scores = new Map<number, number>();
    for (const { item, score } of answer.candidates) {
      const row = rowOf(engine, item);
      if (row >= 0 && Number.isFinite(score)) scores.set(row, Math.fround(score));
    }
    // The server answered for the shopper's pooled vector: what an anchor adds to it carried the item.
    const { embeddings: rows, queryEmbeddings: from } = engine.shard;
    const weights = weigh(seen.anchors, engine.settings.decay.embedding);
    const shares = sharesOf({ rows, from }, { list: seen.anchors, weights });
    return {
      propose: (limit) => best(scores, eligible, limit),
      score: (rows, out) => {
        for (let i = 0; i < rows.length; i++) out[i] = scores.get(rows[i]!) ?? 0;
      },
      shares,
      carrier: (row) =>
        scores.has(row) ? largestOf(seen.anchors, shares(row, new Float64Array(weights.length))) : undefined,
    };
  },
};

function best(scores: ReadonlyMap<number, number>, eligible: Uint32Array, limit: number): Uint32Array {
  order.begin(scores.size);
  for (const [row, score] of scores) if (score > 0 && has(eligible, row)) order.push(score, row);
  return order.best(limit).slice();
}
