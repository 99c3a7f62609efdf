import type { RankingLists } from './train.ts';

/**
 * By list: the root of (mean size of a class / size of its class), so that a rare kind of question is not drowned.
 * @param picked lists that are learned from: their classes are counted
 * @param classesBy categorical that tells classes of lists apart; undefined: all weigh 1
 */
export function classWeights(
  lists: RankingLists,
  picked: Uint32Array,
  classesBy: number | undefined,
): Float32Array {
  const weights = new Float32Array(lists.real.length).fill(1);
  if (classesBy === undefined || lists.categories === undefined) return weights;
  const width = lists.categories.length / (lists.real.length * lists.length);
  const classOf = (list: number): number => lists.categories![list * lists.length * width + classesBy]!;
  const count = new Map<number, number>();
  for (const list of picked) count.set(classOf(list), (count.get(classOf(list)) ?? 0) + 1);
  for (const list of picked)
    weights[list] = Math.sqrt(picked.length / (count.size * count.get(classOf(list))!));
  return weights;
}
