import type { Interactions } from '../contract.ts';
import type { Random } from '../random.ts';

/** Where random choices beside a step's targets come from, and how likely an item is among them. */
export interface Drawing {
  next(random: Random): number;
  /**
   * -ln of the probability that an item is among the distinct choices of a step: targets of so many positions, and so
   * many draws.
   */
  correction(item: number, positions: number, draws: number): number;
}

const POWER = 0.75;

/** A mixture of uniform and popularity^.75 (Mikolov et al. 2013). */
export function createDrawing({ items, item }: Interactions, popularShare: number): Drawing {
  const count = new Float64Array(items);
  for (const one of item) count[one]!++;
  const ends = new Float64Array(items);
  let total = 0;
  for (let i = 0; i < items; i++) {
    total += count[i]! ** POWER;
    ends[i] = total;
  }
  return {
    next(random) {
      if (random.next() >= popularShare) return random.below(items);
      return search(ends, random.next() * total);
    },
    correction(one, positions, draws) {
      const drawn = (1 - popularShare) / items + (popularShare * count[one]! ** POWER) / total;
      const expected = (positions * count[one]!) / item.length + draws * drawn;
      return -Math.log(1 - Math.exp(-expected));
    },
  };
}

/** First index whose end lies beyond the point. */
function search(ends: Float64Array, point: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ends[middle]! > point) high = middle;
    else low = middle + 1;
  }
  return low;
}
