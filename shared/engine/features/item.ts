import { FACT, type Fact } from '../facts.ts';
import { ln1 } from '../logarithm.ts';
import type { Feature, Scene } from './feature.ts';

const fact = (name: string, of: Fact, source: string): Feature => ({
  name,
  origin: 'item',
  source,
  fact: of,
});

const made = (name: string, source: string, make: (scene: Scene) => Float32Array): Feature => ({
  name,
  origin: 'item',
  source,
  column: make,
});

/** Of the candidate alone. */
export const ITEM: readonly Feature[] = [
  fact('item-count', FACT.lnCount, 'columns views and purchases: ln interactions'),
  fact('item-popularity', FACT.lnPopularity, 'column popularity: ln decayed interactions'),
  fact('item-views7', FACT.lnViews7, 'column views7: ln views of 7 days'),
  fact('item-purchases7', FACT.lnPurchases7, 'column purchases7: ln purchases of 7 days'),
  fact('item-purchases', FACT.lnPurchases, 'column purchases: ln purchases'),
  fact('item-trend', FACT.trend, 'column trend: ln of the recent rate over the long one'),
  fact('item-repeat', FACT.repeat, 'column repeat: probability that a buyer buys again'),
  fact('item-discount', FACT.discount, 'column discount: share off the price'),
  fact('item-rating', FACT.rating, 'column rating: 0 to 5'),
  fact('item-margin', FACT.margin, 'column margin: 0 low, 1 normal, 2 high'),
  {
    name: 'item-price',
    origin: 'item',
    source: 'market column price: ln price',
    byRow: ({ seen }) => seen.market.lnPrice,
  },
  {
    name: 'item-stock',
    origin: 'item',
    source: 'market column variantInStock: share of variants that can be had',
    byRow: ({ seen }) => seen.market.stockShare,
  },
  made('item-age', 'column addedDay: ln days in the catalogue, -1 where unknown', ages),
  made('item-promoted', 'column promotedUntilDay: promoted today', promotions),
  made(
    'item-category-popularity',
    'columns category and popularity: ln decayed interactions of its category',
    ({ engine, category, lend }) => look(engine.index.lnCategory, category, lend()),
  ),
  made(
    'item-brand-popularity',
    'columns brand and popularity: ln decayed interactions of its brand',
    ({ engine, brand, lend }) => look(engine.index.lnBrand, brand, lend()),
  ),
  made(
    'item-category-share',
    'columns category and popularity: popularity against the best of its category',
    sharesOfCategory,
  ),
];

function ages({ engine, seen, rows, lend }: Scene): Float32Array {
  const out = lend();
  engine.index.facts.pick(FACT.addedDay, rows, out);
  for (let i = 0; i < out.length; i++) {
    const added = out[i]!;
    out[i] = added > 0 ? ln1(Math.max(0, seen.today - added)) : -1;
  }
  return out;
}

function promotions({ engine, seen, rows, lend }: Scene): Float32Array {
  const out = lend();
  engine.index.facts.pick(FACT.promotedUntilDay, rows, out);
  for (let i = 0; i < out.length; i++) out[i] = out[i]! > seen.today ? 1 : 0;
  return out;
}

function sharesOfCategory({ engine, rows, category, lend }: Scene): Float32Array {
  const out = lend();
  const { facts, categoryTop } = engine.index;
  facts.pick(FACT.popularity, rows, out);
  for (let i = 0; i < out.length; i++) {
    const top = categoryTop[category[i]!]!;
    out[i] = top > 0 ? out[i]! / top : 0;
  }
  return out;
}

function look(values: Float32Array, names: Float32Array, out: Float32Array): Float32Array {
  for (let i = 0; i < out.length; i++) out[i] = values[names[i]!]!;
  return out;
}
