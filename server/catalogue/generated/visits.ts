import type { Chance } from './chance.ts';
import { type Good, salePrice } from './goods.ts';
import { CATEGORIES } from './range.ts';
import { inStock, type Shelves, variantFor } from './shelves.ts';
import { type Habit, type Shopper, suits } from './shoppers.ts';

/** One thing a shopper did. */
export interface Deed {
  readonly kind: 'view' | 'cart' | 'purchase';
  readonly item: string;
  readonly price: number;
  readonly time: number;
}

export interface Stage {
  readonly chance: Chance;
  readonly shelves: Shelves;
}

/** A visit while it goes on: the clock, what was done, what is in the cart. */
export class Visit {
  readonly deeds: Deed[] = [];
  readonly #stage: Stage;
  readonly #shopper: Shopper;
  readonly #cart: Good[] = [];
  #now: number;

  constructor(stage: Stage, shopper: Shopper, start: number) {
    this.#stage = stage;
    this.#shopper = shopper;
    this.#now = start;
  }

  /** Looks around from a favourite category: on to a sister good, the rest of a line, another favourite. */
  browse(): void {
    const { chance } = this.#stage;
    const shopper = this.#shopper;
    let category = chance.happens(0.85)
      ? (chance.weighted(shopper.categories, (one) => 1 / (1 + shopper.categories.indexOf(one)))?.name ?? '')
      : chance.pick(CATEGORIES).name;
    let good = this.#choose(this.#stage.shelves.of(category));
    for (let step = 0; good && step < 12; step++) {
      this.#look(good, 0.07);
      if (chance.happens(0.27)) break;
      const line = this.#stage.shelves.sameLine(good);
      if (line.length > 0 && chance.happens(0.2)) good = this.#choose(line);
      else {
        if (chance.happens(0.15)) category = chance.pick(shopper.categories).name;
        good = this.#choose(this.#sisters(category, good));
      }
    }
    this.#checkOut(0.6);
  }

  /** Works on a project: the next categories that it takes, comparing a few goods of each before one is taken. */
  workOn(categories: readonly string[]): void {
    const { chance, shelves } = this.#stage;
    for (const category of categories) {
      for (let look = chance.whole(1, 4); look > 0; look--) {
        const good = this.#choose(shelves.of(category));
        if (good && this.#look(good, look === 1 ? 0.6 : 0.2)) break;
      }
    }
    this.#checkOut(0.75);
  }

  /** Buys what is used up, most often the same good as last time. */
  restock(habits: readonly Habit[]): void {
    const { chance, shelves } = this.#stage;
    for (const habit of habits) {
      const other = chance.happens(0.12) || !inStock(habit.good, this.#now);
      if (other) habit.good = this.#choose(shelves.of(habit.category.name)) ?? habit.good;
      if (chance.happens(0.7)) this.#do('view', habit.good);
      if (inStock(habit.good, this.#now)) this.#put(habit.good);
    }
    if (chance.happens(0.35)) this.browse();
    this.#checkOut(0.96);
  }

  #choose(goods: readonly Good[]): Good | undefined {
    const { chance, shelves } = this.#stage;
    return chance.weighted(goods, (good) => shelves.pull(this.#shopper, good, this.#now));
  }

  /** The category's goods, those of the same kind of thing three times as close to hand. */
  #sisters(category: string, good: Good): Good[] {
    const { chance, shelves } = this.#stage;
    const all = shelves.of(category).filter((other) => other !== good);
    const alike = all.filter((other) => other.noun === good.noun);
    return alike.length > 0 && chance.happens(0.5) ? alike : all;
  }

  /** Views a good, and puts it into the cart if it suits. @returns whether it did */
  #look(good: Good, inclination: number): boolean {
    const { chance } = this.#stage;
    this.#do('view', good);
    if (this.#cart.includes(good) || !inStock(good, this.#now)) return false;
    const liking = suits(this.#shopper, good);
    const wanted = inclination * (liking > 2 ? 2.5 : liking >= 1 ? 1.5 : 0.5);
    if (!chance.happens(wanted)) return false;
    this.#put(good);
    return true;
  }

  #put(good: Good): void {
    this.#do('cart', good);
    this.#cart.push(good);
  }

  #checkOut(share: number): void {
    if (this.#cart.length === 0 || !this.#stage.chance.happens(share)) return;
    // One order has one time.
    const time = this.#now;
    for (const good of this.#cart.splice(0))
      this.deeds.push({
        kind: 'purchase',
        item: variantFor(this.#shopper, good),
        price: paid(good),
        time,
      });
  }

  #do(kind: 'view' | 'cart', good: Good): void {
    const item = variantFor(this.#shopper, good);
    this.deeds.push({ kind, item, price: paid(good), time: this.#now });
    this.#now += this.#stage.chance.whole(8, 90) * 1000;
  }
}

const paid = (good: Good): number => salePrice(good.price, good.discount) ?? good.price;
