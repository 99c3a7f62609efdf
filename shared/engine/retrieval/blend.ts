import { ln } from '../../kernel/math.ts';
import { SOURCES, type Source } from '../../protocol/slate.ts';
import type { Blend } from '../settings.ts';

/** Similarities are weighed as they are; the scores of these sources have no unit, so their share of the best is. */
const SIMILARITIES: ReadonlySet<Source> = new Set<Source>(['embedding', 'content', 'server']);

const FLOOR = 0.001;
const LN_FLOOR = ln(FLOOR);

/** One source's score in units of evidence: a cosine, or ln(share of the best + 1/1000) from 0 to about 6.9. */
export function shape(source: Source, score: number, best: number): number {
  if (SIMILARITIES.has(source)) return score;
  return score > 0 && best > 0 ? ln(score / best + FLOOR) - LN_FLOOR : 0;
}

export type ScoreColumns = Readonly<Record<Source, Float32Array>>;

export function bestScores(scores: ScoreColumns): Record<Source, number> {
  const best = {} as Record<Source, number>;
  for (const source of SOURCES) {
    let most = 0;
    for (const score of scores[source]) if (score > most) most = score;
    best[source] = most;
  }
  return best;
}

/** The linear blend of all sources, one value a candidate: `sum(weight * shape(score))`. */
export function blendScores(scores: ScoreColumns, blend: Blend): Float32Array {
  const best = bestScores(scores);
  const out = new Float32Array(scores.popular.length);
  for (const source of SOURCES) {
    const weight = blend[source];
    if (weight === 0) continue;
    const column = scores[source];
    for (let i = 0; i < out.length; i++) out[i] = out[i]! + weight * shape(source, column[i]!, best[source]);
  }
  return out;
}
