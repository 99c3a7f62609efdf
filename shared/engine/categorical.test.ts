import { describe, expect, test } from 'vitest';
import { loadKernel } from '../kernel/load.ts';
import type { ItemId } from '../protocol/ids.ts';
import type { SlateRequest } from '../protocol/slate.ts';
import type { Moment } from './contract.ts';
import { CATEGORICALS } from './features.ts';
import { bucketOf, bucketsOf } from './hash.ts';
import { score } from './score.ts';
import { applyEvents } from './session.ts';
import { eventOf, itemId, moment, NOBODY, openShop } from './shop.case.ts';

const shop = openShop(loadKernel(), { items: 700, seed: 12 });
const columns = { category: shop.shard.column('category'), brand: shop.shard.column('brand') };
const column = (name: string) => CATEGORICALS.findIndex((categorical) => categorical.name === name);
const last = itemId(40);
const state = applyEvents(NOBODY, [eventOf(['view', itemId(3), 9]), eventOf(['view', last, 2])]);

function ask(request: SlateRequest, own: Partial<Moment> = {}) {
  const { candidates, categories } = score(shop, state, request, moment(own));
  const value = (name: string, at: number) => categories[at * CATEGORICALS.length + column(name)];
  return { candidates, categories, value };
}

describe('categoricals', () => {
  test('have names of their own, and every value is inside its vocabulary', () => {
    expect(new Set(CATEGORICALS.map(({ name }) => name)).size).toBe(CATEGORICALS.length);
    for (const placement of ['for-you', 'similar', 'recently-viewed'] as const)
      for (let hour = 0; hour < 24; hour++) {
        const { categories } = ask(
          { placement, items: [itemId(7)], device: 'tablet' },
          { utcOffsetMinutes: hour * 60, now: 1e12 + hour * 86_400_000 },
        );
        expect(
          categories.every((value, at) => value < CATEGORICALS[at % CATEGORICALS.length]!.vocabulary),
        ).toBe(true);
      }
  });

  test('say the category, brand and price of the candidate, and those of the last item', () => {
    const { candidates, value } = ask({ placement: 'for-you' });
    const { categories, brands } = shop.shard;
    const bucket = (names: readonly string[], index: number, size: number) =>
      index === 0 ? 0 : bucketOf(names[index]!, size);
    candidates.items.forEach((row, at) => {
      expect(value('category', at)).toBe(bucket(categories, columns.category[row]!, 512));
      expect(value('brand', at)).toBe(bucket(brands, columns.brand[row]!, 1024));
      expect(value('last-category', at)).toBe(bucket(categories, columns.category[40]!, 512));
      expect(value('last-brand', at)).toBe(bucket(brands, columns.brand[40]!, 1024));
      expect(value('price-band', at) === 0).toBe(shop.index.markets[0]!.price.of(row) === 0);
    });
    const [cheap, dear] = [...candidates.items.keys()]
      .filter((at) => value('price-band', at)! > 0)
      .sort((a, b) => priceOf(candidates.items[a]!) - priceOf(candidates.items[b]!))
      .filter((_, at, all) => at === 0 || at === all.length - 1);
    expect(value('price-band', cheap!)!).toBeLessThan(value('price-band', dear!)!);
  });

  test('say the page and the hour', () => {
    const home = ask({ placement: 'for-you' });
    expect(home.value('seed-category', 0)).toBe(0);
    expect(home.value('device', 0)).toBe(0);
    // moment() is a Tuesday, 10:00 UTC
    expect(home.value('hour', 0)).toBe(1 + 3);
    expect(home.value('weekday', 0)).toBe(1 + 2);
    const page = ask(
      { placement: 'similar', items: [itemId(14)], device: 'phone' },
      { utcOffsetMinutes: 14 * 60 },
    );
    expect(page.value('seed-category', 0)).toBe(bucketOf(shop.shard.categories[columns.category[14]!]!, 512));
    expect(page.value('placement', 0)).not.toBe(home.value('placement', 0));
    expect(page.value('device', 0)).toBe(1);
    expect(page.value('hour', 0)).toBe(1);
    expect(page.value('weekday', 0)).toBe(1 + 3);
  });

  test('a name has one bucket, wherever it stands in a list', () => {
    const one = bucketsOf(['', 'Shoes', 'Hats'], 512);
    const other = bucketsOf(['', 'Hats', 'Bags', 'Shoes'], 512);
    expect(one(1)).toBe(other(3));
    expect(one(2)).toBe(other(1));
    expect(one(0)).toBe(0);
    expect(Math.min(one(1), one(2), one(1))).toBeGreaterThan(0);
    expect([one(3), bucketsOf([], 8)(0)]).toEqual([0, 0]);
  });

  test('an item that nobody knows leaves the last one missing', () => {
    const stranger = applyEvents(NOBODY, [eventOf(['view', 'unknown' as ItemId, 1])]);
    const { categories } = score(shop, stranger, { placement: 'similar', items: [itemId(9)] }, moment());
    expect(categories[column('last-category')]).toBe(0);
  });
});

const priceOf = (row: number) => shop.index.markets[0]!.price.of(row);
