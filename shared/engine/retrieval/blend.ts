import { ln } from '../../kernel/math.ts';
import { SOURCES, type Source } from '../../protocol/slate.ts';
import type { Blend } from '../settings.ts';

/** Similarities are weighed as they are; the scores of the others have no unit, so their share of the best is. */
const SIMILARITIES: ReadonlySet<Source> = new Set<Source>(['embedding', 'content', 'server']);

const FLOOR = 0.001;
const LN_FLOOR = ln(FLOOR);

export type ScoreColumns = Readonly<Record<Source, Float32Array>>;

/** Whether a source's scores are weighed by their share of the best. */
export const isShaped = (source: Source): boolean => !SIMILARITIES.has(source);

/**
 * Scores without a unit in units of evidence: ln(share of the best + 1/1000) + 6.9, so from 0 to about 6.9; 0 where
 * the source has nothing to say.
 */
export function shape(scores: Float32Array, into: Float32Array, count = into.length): Float32Array {
  let best = 0;
  for (let i = 0; i < count; i++) if (scores[i]! > best) best = scores[i]!;
  for (let i = 0; i < count; i++) {
    const score = scores[i]!;
    into[i] = score > 0 ? ln(score / best + FLOOR) - LN_FLOOR : 0;
  }
  return into;
}

/** The linear blend of all sources, one value a candidate: `sum(weight * shaped score)`. */
export function blendShaped(
  shaped: ScoreColumns,
  blend: Blend,
  into: Float32Array,
  count = into.length,
): Float32Array {
  into.fill(0, 0, count);
  for (const source of SOURCES) {
    const weight = blend[source];
    if (weight === 0) continue;
    const column = shaped[source];
    for (let i = 0; i < count; i++) into[i] = into[i]! + weight * column[i]!;
  }
  return into;
}
