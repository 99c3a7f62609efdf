import type { Chance } from './chance.ts';
import { type Brand, DAY, type Good, LEVELS, type Level } from './goods.ts';
import { CATEGORIES, type Category, COLOURS, NEEDS, type Need, type Word } from './range.ts';

/** A project: from a day on, for some days, one category after another is wanted. */
interface Project {
  readonly need: Need;
  readonly from: number;
  readonly until: number;
}

/** A good that is bought again whenever it is used up. */
export interface Habit {
  readonly category: Category;
  /** days between purchases of this shopper */
  readonly every: number;
  good: Good;
  /** when it is next used up */
  due: number;
}

export interface Shopper {
  readonly id: string;
  /** false: never logs in, so nobody knows who a visit's shopper is */
  readonly known: boolean;
  /** visits a day beside those that a habit or a project asks for */
  readonly visits: number;
  /** favourite categories, the best loved first */
  readonly categories: readonly Category[];
  readonly brands: ReadonlySet<string>;
  readonly level: Level;
  readonly colour: Word;
  /** which of a category's sizes fit, as a share of their number */
  readonly size: number;
  /** 0: knows what it likes, 1: looks at what is new */
  readonly curiosity: number;
  readonly habits: Habit[];
  readonly projects: readonly Project[];
}

const VISITS_A_DAY = [0.015, 0.03, 0.05, 0.08, 0.12, 0.25];

/** Shoppers with tastes, habits and needs, each drawn apart. `from` and `until`: the days that are played, ms. */
export function makeShoppers(
  chance: Chance,
  shop: { goods: readonly Good[]; brands: readonly Brand[] },
  shape: { count: number; from: number; until: number },
): Shopper[] {
  return Array.from({ length: shape.count }, (_, index) => {
    const categories = tasteFor(chance);
    const level = chance.pick(LEVELS);
    const brands = new Set(
      chance
        .some(
          shop.brands.filter((brand) => categories.some((one) => brand.categories.includes(one.path))),
          chance.whole(1, 3),
        )
        .map((brand) => brand.name),
    );
    const taste = { brands, level };
    return {
      id: `shopper-${index + 1}`,
      known: chance.happens(0.85),
      visits: chance.pick(VISITS_A_DAY),
      categories,
      brands,
      level,
      colour: chance.pick(COLOURS),
      size: chance.between(0, 1),
      curiosity: chance.between(0, 1),
      habits: habitsOf(chance, { goods: shop.goods, taste, from: shape.from }),
      projects: projectsOf(chance, shape),
    };
  });
}

/** Two departments, and in them three to five categories. */
function tasteFor(chance: Chance): Category[] {
  const departments = [...new Set(CATEGORIES.map(departmentOf))];
  const liked = chance.some(departments, 2);
  const inside = CATEGORIES.filter((category) => liked.includes(departmentOf(category)));
  return chance.some(inside, chance.whole(3, 5));
}

const departmentOf = (category: Category): string => category.path.split(' > ', 1)[0] ?? '';

function habitsOf(
  chance: Chance,
  about: { goods: readonly Good[]; taste: Pick<Shopper, 'brands' | 'level'>; from: number },
): Habit[] {
  const usedUp = CATEGORIES.filter((category) => category.every > 0);
  return chance.some(usedUp, chance.pick([0, 1, 1, 2, 2, 3])).flatMap((category) => {
    const choice = about.goods.filter((good) => good.category === category && good.addedAt < about.from);
    const good = chance.weighted(choice, (one) => one.appeal * suits(about.taste, one));
    const every = category.every * chance.between(0.8, 1.25);
    return good ? [{ category, every, good, due: about.from + chance.between(0, every) * DAY }] : [];
  });
}

function projectsOf(chance: Chance, shape: { from: number; until: number }): Project[] {
  return chance.some(NEEDS, chance.pick([0, 0, 1, 1, 1, 2])).map((need) => {
    const from = chance.between(shape.from, shape.until - 4 * DAY);
    return { need, from, until: from + chance.between(5, 16) * DAY };
  });
}

const PRICE_FIT = [1, 0.4, 0.08];

/** How well a good suits a shopper's brands and purse: a plain table, 0.08 to 5. */
export function suits(taste: Pick<Shopper, 'brands' | 'level'>, good: Good): number {
  const distance = Math.abs(taste.level - good.brand.level);
  return (PRICE_FIT[distance] ?? 0) * (taste.brands.has(good.brand.name) ? 5 : 1);
}
