import { exp, ln } from '../../kernel/math.ts';
import { ln1 } from '../logarithm.ts';
import { pool } from '../retrieval/pool.ts';
import { order } from '../retrieval/top.ts';
import type { Feature, Scene } from './feature.ts';

/** Of cosines where no encoder says how telling they are. */
const USUAL_SCALE = 10;
const LEAST = 1e-4;

const scaleOf = ({ engine }: Scene): number => engine.encoder?.scale ?? USUAL_SCALE;

function largest(values: Float32Array): number {
  let most = values[0] ?? 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > most) most = values[i]!;
  return most;
}

/** What the encoder and the lists make of all candidates together. */
export const ENCODED: readonly Feature[] = [
  {
    name: 'embedding-share',
    origin: 'source',
    source: "retrieval source embedding: ln probability among the candidates, by the encoder's own scale",
    column: (scene) => {
      const { embedding } = scene.retrieval.candidates.scores;
      const scale = scaleOf(scene);
      const most = largest(embedding);
      let sum = 0;
      for (let i = 0; i < embedding.length; i++) sum += exp(scale * (embedding[i]! - most));
      const total = embedding.length === 0 ? 0 : ln(sum);
      const out = scene.lend();
      for (let i = 0; i < out.length; i++) out[i] = scale * (embedding[i]! - most) - total;
      return out;
    },
  },
  {
    name: 'embedding-peak',
    origin: 'source',
    source: 'retrieval source embedding: largest cosine of a candidate',
    whole: ({ retrieval }) => largest(retrieval.candidates.scores.embedding),
  },
  {
    name: 'transitions-peak',
    origin: 'source',
    source: 'retrieval source transitions: ln of the largest sum of a candidate',
    whole: ({ retrieval }) => ln(largest(retrieval.candidates.scores.transitions) + LEAST),
  },
  {
    name: 'feedback',
    origin: 'source',
    source: 'embeddings: cosine to the mean of the candidates, weighed by encoder and transitions (p_prf)',
    column: feedback,
  },
  {
    name: 'blend-rank',
    origin: 'source',
    source: 'the linear blend that cut the candidates: ln(1 + rank)',
    column: ({ retrieval: { blended }, lend }) => {
      const out = lend();
      order.begin(blended.length);
      for (let i = 0; i < blended.length; i++) order.push(blended[i]!, i);
      const best = order.best(blended.length);
      for (let rank = 0; rank < best.length; rank++) out[best[rank]!] = ln1(rank);
      return out;
    },
  },
];

/** Pseudo-relevance feedback (Rocchio 1971): the candidates' own mean as a query. */
function feedback(scene: Scene): Float32Array {
  const { engine, retrieval, rows, lend } = scene;
  const { embedding, transitions } = retrieval.candidates.scores;
  const scale = scaleOf(scene);
  const nearest = largest(embedding);
  const heaviest = largest(transitions);
  const weights = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const listed = heaviest > 0 ? transitions[i]! / heaviest : 0;
    weights[i] = exp(scale * (embedding[i]! - nearest)) * (listed + 0.05);
  }
  const out = lend();
  const query = pool(engine.shard.embeddings, rows, weights);
  if (query === undefined) return out.fill(0);
  engine.embeddings.score(query.vector, rows, out);
  for (let i = 0; i < out.length; i++) out[i] = out[i]! / query.length;
  return out;
}
