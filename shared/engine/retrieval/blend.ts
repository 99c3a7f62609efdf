import { ln } from '../../kernel/math.ts';
import { SOURCES, type Source } from '../../protocol/slate.ts';
import type { Blend } from '../settings.ts';

/** Similarities are weighed as they are; the scores of the others have no unit, so their share of the best is. */
const SIMILARITIES: ReadonlySet<Source> = new Set<Source>(['embedding', 'content', 'server']);

const FLOOR = 0.001;
const LN_FLOOR = ln(FLOOR);

export type ScoreColumns = Readonly<Record<Source, Float32Array>>;

/**
 * One source's scores in units of evidence: a cosine as it is, or ln(share of the best + 1/1000) + 6.9, so from 0 to
 * about 6.9; 0 where the source has nothing to say.
 */
export function shape(source: Source, scores: Float32Array): Float32Array {
  if (SIMILARITIES.has(source)) return scores;
  let best = 0;
  for (let i = 0; i < scores.length; i++) best = Math.max(best, scores[i]!);
  const shaped = new Float32Array(scores.length);
  for (let i = 0; i < scores.length; i++) {
    if (scores[i]! > 0) shaped[i] = ln(scores[i]! / best + FLOOR) - LN_FLOOR;
  }
  return shaped;
}

/** The linear blend of all sources, one value a candidate: `sum(weight * shaped score)`. */
export function blendShaped(shaped: ScoreColumns, blend: Blend): Float32Array {
  const out = new Float32Array(shaped.popular.length);
  for (const source of SOURCES) {
    const weight = blend[source];
    if (weight === 0) continue;
    const column = shaped[source];
    for (let i = 0; i < out.length; i++) out[i] = out[i]! + weight * column[i]!;
  }
  return out;
}
