import { SOURCES } from '../../protocol/slate.ts';
import { ln1 } from '../logarithm.ts';
import type { ScoreColumns } from '../retrieval/blend.ts';
import type { Feature } from './feature.ts';

/** Rank of a candidate of which a source says nothing. */
const UNRANKED = 1000;

/** What every source says of the candidate: its score in units of evidence, and its rank. */
export const SOURCE: readonly Feature[] = [
  ...SOURCES.flatMap((source): Feature[] => [
    {
      name: `${source}-score`,
      origin: 'source',
      source: `retrieval source ${source}: cosine, or ln of the share of the best`,
      column: ({ retrieval }) => retrieval.shaped[source],
    },
    {
      name: `${source}-rank`,
      origin: 'source',
      source: `retrieval source ${source}: ln(1 + rank) among the candidates`,
      column: ({ retrieval, lend }) => lnRanks(retrieval.candidates.ranks[source], lend()),
    },
  ]),
  {
    name: 'blend',
    origin: 'source',
    source: 'the linear blend that cut the candidates',
    column: ({ retrieval }) => retrieval.blended,
  },
  {
    name: 'sources-agree',
    origin: 'source',
    source: 'number of sources that say something of the candidate',
    column: ({ retrieval, lend }) => countSpeaking(retrieval.candidates.scores, lend()),
  },
];

function lnRanks(ranks: Int32Array, out: Float32Array): Float32Array {
  for (let i = 0; i < ranks.length; i++) out[i] = ln1(ranks[i]! < 0 ? UNRANKED : ranks[i]!);
  return out;
}

function countSpeaking(scores: ScoreColumns, out: Float32Array): Float32Array {
  out.fill(0);
  for (const source of SOURCES) {
    const column = scores[source];
    for (let i = 0; i < out.length; i++) if (column[i]! > 0) out[i] = out[i]! + 1;
  }
  return out;
}
