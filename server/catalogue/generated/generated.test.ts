import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Item } from '../../../shared/protocol/item.ts';
import { type Good, initials } from './goods.ts';
import { CATEGORIES, NEEDS } from './range.ts';
import { generateShop, type PlayedVisit, type ShopShape } from './shop.ts';
import type { Deed } from './visits.ts';

const DAY = 24 * 3600 * 1000;
const SHAPE: ShopShape = { seed: 11, goods: 1200, shoppers: 700, days: 90, until: Date.UTC(2026, 0, 1) };
const shop = generateShop(SHAPE);
const items = shop.items();
const visits = [...shop.visits()];
const goodOf = new Map<string, Good>(
  shop.goods.flatMap((good) => good.variants.map((variant) => [variant.id, good] as const)),
);
const good = (deed: Deed): Good => goodOf.get(deed.item) as Good;

/** Each shopper's deeds of a kind, in time order. */
function byShopper(kind: Deed['kind']): Map<string, Deed[]> {
  const deeds = new Map<string, Deed[]>();
  for (const { shopper, deeds: done } of visits)
    deeds.set(shopper.id, [...(deeds.get(shopper.id) ?? []), ...done.filter((deed) => deed.kind === kind)]);
  return deeds;
}

/** How often two neighbours in a list agree, over all lists; and the same once everything is dealt out anew. */
function agreement(lists: Iterable<readonly Deed[]>, trait: (good: Good) => unknown) {
  const real = [...lists].map((list) => list.map((deed) => trait(good(deed))));
  const all = real.flat();
  // A stride that is prime to no list length in particular: everybody gets somebody else's.
  let at = 0;
  const dealt = real.map((list) => list.map(() => all[(at++ * 7919) % all.length]));
  return { real: agreeing(real), chance: agreeing(dealt) };
}

function agreeing(lists: readonly (readonly unknown[])[]): number {
  let same = 0;
  let pairs = 0;
  for (const list of lists)
    for (let i = 0; i + 5 < list.length; i += 1) {
      // Five apart: not the same run of sister goods.
      same += list[i] === list[i + 5] ? 1 : 0;
      pairs += 1;
    }
  return same / pairs;
}

describe('the same shape', () => {
  const print = (shape: ShopShape) => {
    const made = generateShop(shape);
    const hash = createHash('sha256').update(JSON.stringify(made.items()));
    for (const visit of made.visits()) hash.update(`${visit.id}${JSON.stringify(visit.deeds)}`);
    return hash.digest('hex');
  };
  const small = { ...SHAPE, goods: 100, shoppers: 30, days: 30 };

  it('gives the same shop, to the last byte; another seed another one', () => {
    expect(print(small)).toBe(print(small));
    expect(print({ ...small, seed: 12 })).not.toBe(print(small));
  });

  it('can be played twice', () => {
    const again = [...shop.visits()].slice(0, 50);
    expect(again.map((visit) => visit.deeds)).toEqual(visits.slice(0, 50).map((visit) => visit.deeds));
  });
});

describe('the range', () => {
  it('is a catalogue that the wire takes, each id once', () => {
    for (const item of items) expect(v.safeParse(Item, item).issues).toBeUndefined();
    expect(new Set(items.map((item) => item.id)).size).toBe(items.length);
    expect(new Set(CATEGORIES.map(initials)).size).toBe(CATEGORIES.length);
  });

  it('has two levels of categories, about forty of them, and every need names some', () => {
    expect(CATEGORIES.length).toBeGreaterThanOrEqual(40);
    for (const { path } of CATEGORIES) expect(path.split(' > ')).toHaveLength(2);
    const names = new Set(CATEGORIES.map((category) => category.name));
    for (const need of NEEDS) for (const category of need.takes) expect(names).toContain(category);
  });

  it('has everything that a shelf has to cope with', () => {
    const share = (test: (item: Item) => boolean) => items.filter(test).length / items.length;
    expect(share((item) => item.availability === 'out_of_stock')).toBeGreaterThan(0.02);
    expect(share((item) => item.sale_price !== undefined)).toBeGreaterThan(0.05);
    expect(share((item) => item.item_group_id !== undefined)).toBeGreaterThan(0.2);
    expect(share((item) => item.margin_tier === 'high')).toBeGreaterThan(0.05);
    expect(share((item) => (item.promoted_until ?? 0) > SHAPE.until)).toBeGreaterThan(0.01);
    expect(share((item) => SHAPE.until - (item.added_at ?? 0) < 7 * DAY)).toBeGreaterThan(0.002);
    for (const item of items) expect(item.sale_price ?? 0).toBeLessThan(item.price ?? 0);
  });

  it('is sold in two markets, each with its own words and prices', () => {
    for (const item of items) {
      expect(item.offers).toMatchObject([{ market: 'DE' }]);
      expect(item.offers?.[0]?.price ?? 0).toBeGreaterThanOrEqual(item.price ?? 0);
    }
    const translated = items.filter((item) => item.offers?.[0]?.title !== item.title).length;
    expect(translated / items.length).toBeGreaterThan(0.9);
  });
});

describe('the shoppers', () => {
  const views = byShopper('view');
  const purchases = byShopper('purchase');

  it('view, then put into the cart, then buy', () => {
    const of = (kind: Deed['kind']) =>
      visits.flatMap((visit) => visit.deeds).filter((d) => d.kind === kind).length;
    expect(of('view')).toBeGreaterThan(2 * of('cart'));
    expect(of('cart')).toBeGreaterThan(of('purchase'));
    for (const { deeds } of visits) {
      const carted = new Set(deeds.filter((deed) => deed.kind === 'cart').map((deed) => deed.item));
      for (const deed of deeds) if (deed.kind === 'purchase') expect(carted).toContain(deed.item);
      expect(deeds.map((deed) => deed.time)).toEqual(deeds.map((deed) => deed.time).sort((a, b) => a - b));
    }
  });

  it('do nothing before a good is sold, or after the last day', () => {
    for (const { deeds } of visits)
      for (const deed of deeds) {
        expect(deed.time).toBeLessThan(SHAPE.until);
        expect(deed.time).toBeGreaterThanOrEqual(good(deed).addedAt);
      }
  });

  it('have tastes for categories, brands and a price level', () => {
    const category = agreement(views.values(), (one) => one.category);
    const brand = agreement(views.values(), (one) => one.brand.name);
    const level = agreement(views.values(), (one) => one.brand.level);
    expect(category.real).toBeGreaterThan(3 * category.chance);
    expect(brand.real).toBeGreaterThan(1.8 * brand.chance);
    expect(level.real).toBeGreaterThan(level.chance + 0.1);
  });

  it('have habits: what is used up comes again, the same good, when it is due', () => {
    const gaps = { habit: [] as number[], other: 0, habitGoods: 0, otherGoods: 0 };
    for (const list of purchases.values()) {
      const last = new Map<Good, number>();
      for (const deed of list) {
        const one = good(deed);
        const before = last.get(one);
        if (before === undefined) one.category.every > 0 ? gaps.habitGoods++ : gaps.otherGoods++;
        else if (one.category.every === 0) gaps.other += 1;
        else gaps.habit.push((deed.time - before) / DAY / one.category.every);
        last.set(one, deed.time);
      }
    }
    const sorted = gaps.habit.sort((a, b) => a - b);
    const quantile = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
    expect(sorted.length / gaps.habitGoods).toBeGreaterThan(10 * (gaps.other / gaps.otherGoods));
    expect(quantile(0.5)).toBeGreaterThan(0.8);
    expect(quantile(0.5)).toBeLessThan(1.3);
    expect(quantile(0.8) - quantile(0.2)).toBeLessThan(0.6);
  });

  it('have needs: the categories of a project are bought by the same people within weeks', () => {
    expect(liftOf(purchases, 'Tents and Sleeping', 'Camping Kitchen')).toBeGreaterThan(4);
    expect(liftOf(purchases, 'Desks and Chairs', 'Computer Accessories')).toBeGreaterThan(4);
    expect(liftOf(purchases, 'Tents and Sleeping', 'Computer Accessories')).toBeLessThan(2);
  });

  it('crowd around hits, fashions and what is new', () => {
    const looks = new Map<Good, number>();
    for (const deed of [...views.values()].flat()) looks.set(good(deed), (looks.get(good(deed)) ?? 0) + 1);
    const sorted = [...looks.values()].sort((a, b) => b - a);
    const all = sorted.reduce((sum, one) => sum + one, 0);
    const top = sorted.slice(0, Math.floor(shop.goods.length / 10)).reduce((sum, one) => sum + one, 0);
    expect(top / all).toBeGreaterThan(0.35);
    expect(firstWeeksAgainstLater([...views.values()].flat())).toBeGreaterThan(1.5);
  });

  it('are in part unknown, and come at the hours at which people shop', () => {
    const unknown = shop.shoppers.filter((shopper) => !shopper.known).length / shop.shoppers.length;
    expect(unknown).toBeGreaterThan(0.1);
    const hours = visits.map((visit) => new Date(visit.deeds[0]?.time ?? 0).getUTCHours());
    const between = (from: number, to: number) => hours.filter((hour) => hour >= from && hour < to).length;
    expect(between(18, 22)).toBeGreaterThan(5 * between(1, 5));
  });

  it('play their own stream: fewer shoppers do the same', () => {
    const fewer = generateShop({ ...SHAPE, shoppers: 5 });
    const theirs = (all: Iterable<PlayedVisit>) =>
      [...all].filter((visit) => visit.shopper.id === 'shopper-3').map((visit) => visit.deeds);
    expect(theirs(fewer.visits())).toEqual(theirs(visits));
  });
});

/** How much more often people buy from both categories within four weeks than if they did so independently. */
function liftOf(purchases: Map<string, readonly Deed[]>, one: string, other: string): number {
  let [a, b, both] = [0, 0, 0];
  for (const list of purchases.values()) {
    const times = (name: string) =>
      list.filter((deed) => good(deed).category.name === name).map((d) => d.time);
    const [first, second] = [times(one), times(other)];
    if (first.length > 0) a += 1;
    if (second.length > 0) b += 1;
    if (first.some((x) => second.some((y) => Math.abs(x - y) < 28 * DAY))) both += 1;
  }
  return (both * purchases.size) / (a * b);
}

/** Views a day of goods that came during the 90 days: their first two weeks against the time after. */
function firstWeeksAgainstLater(views: readonly Deed[]): number {
  const fresh = shop.goods.filter(
    (one) => one.addedAt > SHAPE.until - 60 * DAY && one.addedAt < SHAPE.until - 28 * DAY,
  );
  let [early, late, lateDays] = [0, 0, 0];
  for (const one of fresh) lateDays += (SHAPE.until - one.addedAt) / DAY - 14;
  for (const deed of views)
    if (fresh.includes(good(deed))) deed.time - good(deed).addedAt < 14 * DAY ? early++ : late++;
  return early / (14 * fresh.length) / (late / lateDays);
}
