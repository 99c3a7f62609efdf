import { SOURCES } from '../../protocol/slate.ts';
import { ln1 } from '../logarithm.ts';
import { columns, type Family, type Scene } from './feature.ts';

/** Rank of a candidate of which a source says nothing. */
const UNRANKED = 1000;
/** ln(1 + rank) by rank + 1: a table, since a call an entry would make an object an entry. */
const LN_RANKS = Float32Array.from({ length: 2049 }, (_, at) => ln1(at === 0 ? UNRANKED : at - 1));

/** What every source says of the candidate: its score in units of evidence, and its rank. */
export const SOURCE: Family = {
  features: columns('source', [
    ...SOURCES.flatMap((source) => [
      [`${source}-score`, `retrieval source ${source}: cosine, or ln of the share of the best`] as const,
      [`${source}-rank`, `retrieval source ${source}: ln(1 + rank) among the candidates`] as const,
    ]),
    ['blend', 'the linear blend that cut the candidates'],
    ['sources-agree', 'number of sources that say something of the candidate'],
  ]),
  make(scene) {
    const { shaped, blended, candidates } = scene.retrieval;
    return [
      ...SOURCES.flatMap((source) => [shaped[source], lnRanks(scene, candidates.ranks[source])]),
      blended,
      speaking(scene),
    ];
  },
};

function lnRanks({ lend }: Scene, ranks: Int32Array): Float32Array {
  const out = lend();
  if (ranks.length < LN_RANKS.length)
    for (let i = 0; i < ranks.length; i++) out[i] = LN_RANKS[ranks[i]! + 1]!;
  else for (let i = 0; i < ranks.length; i++) out[i] = ln1(ranks[i]! < 0 ? UNRANKED : ranks[i]!);
  return out;
}

function speaking({ retrieval, zeros }: Scene): Float32Array {
  const out = zeros();
  for (const source of SOURCES) {
    const column = retrieval.candidates.scores[source];
    for (let i = 0; i < out.length; i++) if (column[i]! > 0) out[i] = out[i]! + 1;
  }
  return out;
}
