import type { RankingLists } from './train.ts';

/** Added to the logit of a place that no row of a seen list takes: the softmax gives it nothing. */
const SHUT = -1e9;

/** A list as a step draws it. */
export interface DrawnList {
  /** candidate of each place of the step */
  readonly at: Uint32Array;
  /** its share of the loss */
  readonly truth: Float32Array;
  /** 0 where the place counts, else `SHUT` */
  readonly shut: Float32Array;
}

/**
 * A slate as it was seen: every row once, since what stood beside the right one is all that it was chosen from. Clicks and
 * purchases count by their worth. A list of n right ones weighs as sqrt(n) lists of one.
 * @returns undefined for a list that is drawn from candidates
 */
export function drawSeen(lists: RankingLists, list: number, length: number): DrawnList | undefined {
  const { seen } = lists;
  if (seen === undefined || seen.isSeen[list] !== 1) return undefined;
  const real = Math.min(lists.real[list]!, length);
  const right = Math.min(lists.right[list]!, real);
  const shut = new Float32Array(length).fill(SHUT, real);
  const at = Uint32Array.from({ length }, (_, place) => Math.min(place, real - 1));
  const truth = Float32Array.from({ length }, (_, place) =>
    place < right ? seen.worth[list * lists.length + place]! / Math.sqrt(right) : 0,
  );
  return { at, truth, shut };
}
