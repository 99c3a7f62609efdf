import { exp, ln } from '../../kernel/math.ts';
import { ln1 } from '../logarithm.ts';
import { pool } from '../retrieval/pool.ts';
import { order } from '../retrieval/top.ts';
import { LEAST } from './column.ts';
import { columns, type Family, type Scene, wholes } from './feature.ts';

/** Of cosines where no encoder says how telling they are. */
const USUAL_SCALE = 10;

function largest(values: Float32Array): number {
  let most = values[0] ?? 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > most) most = values[i]!;
  return most;
}

/** What the encoder and the lists make of all candidates together. */
export const ENCODED: Family = {
  features: [
    ...columns('source', [
      [
        'embedding-share',
        "retrieval source embedding: ln probability among the candidates, by the encoder's own scale",
      ],
    ]),
    ...wholes('source', [
      ['embedding-peak', 'retrieval source embedding: largest cosine of a candidate'],
      ['transitions-peak', 'retrieval source transitions: ln of the largest sum of a candidate'],
    ]),
    ...columns('source', [
      [
        'feedback',
        'embeddings: cosine to the mean of the candidates, weighed by encoder and transitions (p_prf)',
      ],
      ['blend-rank', 'the linear blend that cut the candidates: ln(1 + rank)'],
    ]),
  ],
  make(scene) {
    const { embedding, transitions } = scene.retrieval.candidates.scores;
    const scale = scene.engine.encoder?.scale ?? USUAL_SCALE;
    const nearest = largest(embedding);
    const heaviest = largest(transitions);
    const weights = new Float64Array(embedding.length);
    let sum = 0;
    for (let i = 0; i < weights.length; i++) {
      const likely = exp(scale * (embedding[i]! - nearest));
      sum += likely;
      weights[i] = likely * ((heaviest > 0 ? transitions[i]! / heaviest : 0) + 0.05);
    }
    const shares = scene.lend();
    const total = sum > 0 ? ln(sum) : 0;
    for (let i = 0; i < shares.length; i++) shares[i] = scale * (embedding[i]! - nearest) - total;
    return [shares, nearest, ln(heaviest + LEAST), feedback(scene, weights), blendRanks(scene)];
  },
};

function blendRanks({ retrieval: { blended }, lend }: Scene): Float32Array {
  const out = lend();
  order.begin(blended.length);
  order.pushAll(blended, blended.length, true);
  const best = order.best(blended.length);
  for (let rank = 0; rank < best.length; rank++) out[best[rank]!] = ln1(rank);
  return out;
}

/** Pseudo-relevance feedback (Rocchio 1971): the candidates' own mean as a query. */
function feedback({ engine, rows, lend }: Scene, weights: Float64Array): Float32Array {
  const out = lend();
  // The kernel holds the same rows, and the scales of all of them.
  const query = pool(engine.embeddings.embeddings ?? engine.shard.embeddings, rows, weights);
  if (query === undefined) return out.fill(0);
  engine.embeddings.score(query.vector, rows, out);
  for (let i = 0; i < out.length; i++) out[i] = out[i]! / query.length;
  return out;
}
