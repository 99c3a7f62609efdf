import type { Item } from '../../../shared/protocol/item.ts';
import { chance } from './chance.ts';
import { DAY, type Good, makeBrands, makeGoods } from './goods.ts';
import { itemsOf } from './items.ts';
import { type Shelves, shelves } from './shelves.ts';
import { makeShoppers, type Shopper } from './shoppers.ts';
import { type Deed, Visit } from './visits.ts';

export interface ShopShape {
  readonly seed: number;
  /** what the shop sells, groups of variants counted once */
  readonly goods: number;
  readonly shoppers: number;
  /** days that are played */
  readonly days: number;
  /** the end of the last day, ms */
  readonly until: number;
}
export const USUAL_SHAPE = { seed: 1, goods: 2400, shoppers: 2000, days: 90 } as const;

/** One visit of one shopper and what was done in it. */
export interface PlayedVisit {
  readonly id: string;
  readonly shopper: Shopper;
  readonly deeds: readonly Deed[];
}

export interface GeneratedShop {
  readonly goods: readonly Good[];
  readonly shoppers: readonly Shopper[];
  items(): Item[];
  /** by shopper, then time */
  visits(): Generator<PlayedVisit>;
}

/**
 * A shop that never was, the same for the same shape: its range, and people who visit it because of tastes (for
 * categories, brands, a price level, a colour), habits (goods that are used up), needs (projects that take several
 * categories), and what is popular, in fashion or new. Every choice is a draw from plain tables: nobody in here has a
 * vector.
 */
export function generateShop(shape: ShopShape): GeneratedShop {
  const luck = chance(shape.seed);
  const from = shape.until - shape.days * DAY;
  const brands = makeBrands(luck);
  const goods = makeGoods(luck, brands, { count: shape.goods, until: shape.until });
  const shoppers = makeShoppers(luck, { goods, brands }, { count: shape.shoppers, from, until: shape.until });
  const shop = shelves(goods);
  return {
    goods,
    shoppers,
    items: () => goods.flatMap((good) => itemsOf(good, shape.until)),
    *visits() {
      for (const [index, shopper] of shoppers.entries())
        yield* playShopper(shopper, { shelves: shop, from, shape, index });
    },
  };
}

/** Share of visits that begin in each hour, from 0 to 23. */
const HOURS = [2, 1, 1, 0, 0, 1, 2, 4, 5, 5, 6, 6, 7, 6, 5, 5, 6, 7, 9, 11, 12, 10, 7, 4];
const WEEKEND = 1.4;

function* playShopper(
  shopper: Shopper,
  around: { shelves: Shelves; from: number; shape: ShopShape; index: number },
): Generator<PlayedVisit> {
  // A stream of their own for each shopper: one more shopper changes nobody else.
  const luck = chance(around.shape.seed * 65_537 + around.index);
  const habits = shopper.habits.map((habit) => ({ ...habit }));
  const stage = { chance: luck, shelves: around.shelves };
  const progress = new Map<string, number>();
  let count = 0;
  for (let day = 0; day < around.shape.days; day++) {
    const start = startOfVisit(around.from + day * DAY);
    const visit = new Visit(stage, shopper, start);
    const due = habits.filter((habit) => habit.due <= start);
    const project = shopper.projects.find((one) => one.from <= start && start < one.until);
    if (due.length > 0 && luck.happens(0.6)) {
      visit.restock(habits.filter((habit) => habit.due <= start + 4 * DAY));
      for (const habit of habits)
        if (habit.due <= start + 4 * DAY) habit.due = start + habit.every * luck.between(0.85, 1.15) * DAY;
    } else if (project && luck.happens(0.35)) {
      const done = progress.get(project.need.name) ?? 0;
      const steps = luck.whole(1, 3);
      visit.workOn(project.need.takes.slice(done, done + steps));
      progress.set(project.need.name, done + steps);
    } else if (luck.happens(shopper.visits * (isWeekend(start) ? WEEKEND : 1))) {
      visit.browse();
    }
    if (visit.deeds.length > 0) yield { id: `visit-${around.index}-${++count}`, shopper, deeds: visit.deeds };
  }

  function startOfVisit(dayStart: number): number {
    const hour = luck.weighted([...HOURS.keys()], (one) => HOURS[one] ?? 0) ?? 12;
    return Math.floor(dayStart) + hour * 3_600_000 + luck.whole(0, 2_700_000);
  }
}

function isWeekend(time: number): boolean {
  // 1970-01-01 was a Thursday.
  const weekday = (Math.floor(time / DAY) + 4) % 7;
  return weekday === 0 || weekday === 6;
}
