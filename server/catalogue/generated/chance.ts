import { createRandom, type Random } from '../../../models/random.ts';

/** Seeded choices in the words of the generator. Additions and products only, so every engine draws the same shop. */
export interface Chance {
  /** true with probability `share` */
  happens(share: number): boolean;
  /** uniform in [from, to) */
  between(from: number, to: number): number;
  /** uniform whole number in [from, to] */
  whole(from: number, to: number): number;
  pick<T>(list: readonly T[]): T;
  /** `count` different entries */
  some<T>(list: readonly T[], count: number): T[];
  /** one entry, by weight; undefined where all weights are 0 */
  weighted<T>(list: readonly T[], weight: (entry: T) => number): T | undefined;
}

export function chance(seed: number): Chance {
  const random: Random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new RangeError('pick: expected at least 1 entry, found 0');
    return list[random.below(list.length)] as T;
  };
  return {
    happens: (share) => random.next() < share,
    between: (from, to) => from + random.next() * (to - from),
    whole: (from, to) => from + random.below(to - from + 1),
    pick,
    some(list, count) {
      const rest = [...list];
      const chosen = [];
      while (chosen.length < count && rest.length > 0)
        chosen.push(...rest.splice(random.below(rest.length), 1));
      return chosen;
    },
    weighted(list, weight) {
      const weights = list.map(weight);
      const total = weights.reduce((sum, one) => sum + one, 0);
      if (total <= 0) return undefined;
      let left = random.next() * total;
      for (let i = 0; i < list.length; i++) {
        left -= weights[i] ?? 0;
        if (left < 0) return list[i];
      }
      return list.findLast((_, i) => (weights[i] ?? 0) > 0);
    },
  };
}
