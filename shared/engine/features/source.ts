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
      column: ({ retrieval }) => lnRanks(retrieval.candidates.ranks[source]),
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
    column: ({ retrieval }) => countSpeaking(retrieval.candidates.scores),
  },
];

function lnRanks(ranks: Int32Array): Float32Array {
  const column = new Float32Array(ranks.length);
  for (let i = 0; i < ranks.length; i++) column[i] = ln1(ranks[i]! < 0 ? UNRANKED : ranks[i]!);
  return column;
}

function countSpeaking(scores: ScoreColumns): Float32Array {
  const count = new Float32Array(scores.popular.length);
  for (const source of SOURCES) {
    const column = scores[source];
    for (let i = 0; i < count.length; i++) if (column[i]! > 0) count[i] = count[i]! + 1;
  }
  return count;
}
