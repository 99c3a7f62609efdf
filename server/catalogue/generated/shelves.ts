import { DAY, type Good } from './goods.ts';
import type { Category } from './range.ts';
import { type Shopper, suits } from './shoppers.ts';

const NEW_FOR = 14 * DAY;

/** The shop as a shopper finds it: what is on which shelf, and what catches the eye on a given day. */
export interface Shelves {
  of(category: string): readonly Good[];
  /** goods of the same brand and line, from any category */
  sameLine(good: Good): readonly Good[];
  /**
   * How likely this shopper looks at this good: popularity, fashion and novelty of the good, and whether brand
   * and price suit. 0 before it is sold at all.
   */
  pull(shopper: Shopper, good: Good, now: number): number;
}

export function shelves(goods: readonly Good[]): Shelves {
  const byCategory = groupBy(goods, (good) => good.category.name);
  const byLine = groupBy(goods, lineOf);
  return {
    of: (category) => byCategory.get(category) ?? [],
    sameLine: (good) => (byLine.get(lineOf(good)) ?? []).filter((other) => other !== good),
    pull(shopper, good, now) {
      if (good.addedAt > now) return 0;
      const novelty = now - good.addedAt < NEW_FOR ? 1 + 5 * shopper.curiosity : 1;
      const fashion = good.trendingFrom !== undefined && good.trendingFrom <= now ? 8 : 1;
      const rated = good.rating >= 4 ? 1.5 : 1;
      const offer = good.discount > 0 && shopper.level === 0 ? 2 : 1;
      return good.appeal * suits(shopper, good) * novelty * fashion * rated * offer;
    },
  };
}

const lineOf = (good: Good): string => `${good.brand.name} ${good.line}`;

/** Can be bought now. */
export const inStock = (good: Good, now: number): boolean =>
  good.stockOut === undefined || now < good.stockOut[0] || now >= good.stockOut[1];

/** The variant a shopper takes: their size, and their colour where there is one. */
export function variantFor(shopper: Shopper, good: Good): string {
  const sizes = sizesOf(good.category, good);
  const size = sizes[Math.floor(shopper.size * sizes.length)];
  const fitting = good.variants.filter((variant) => size === undefined || variant.size === size);
  const chosen = fitting.find((variant) => variant.colour === shopper.colour) ?? fitting[0];
  return (chosen ?? good.variants[0])?.id ?? good.id;
}

const sizesOf = (category: Category, good: Good): readonly string[] =>
  good.variants.some((variant) => variant.size !== undefined) ? category.sizes : [];

function groupBy<T>(list: readonly T[], key: (entry: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const entry of list) {
    const group = groups.get(key(entry));
    if (group) group.push(entry);
    else groups.set(key(entry), [entry]);
  }
  return groups;
}
