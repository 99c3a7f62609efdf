import { SOURCES } from '../../protocol/slate.ts';
import { ln1 } from '../logarithm.ts';
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
      each: ({ retrieval: { candidates } }, at) => {
        const rank = candidates.ranks[source][at]!;
        return ln1(rank < 0 ? UNRANKED : rank);
      },
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
    each: ({ retrieval: { candidates } }, at) =>
      SOURCES.reduce((count, source) => count + (candidates.scores[source][at]! > 0 ? 1 : 0), 0),
  },
];
