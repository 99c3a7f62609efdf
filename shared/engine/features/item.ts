import type { ColumnName } from '../../bundle/contract.ts';
import type { Engine } from '../contract.ts';
import { ln1 } from '../logarithm.ts';
import type { Feature, Scene } from './feature.ts';

const column = (name: string, of: ColumnName, source: string): Feature => ({
  name,
  origin: 'item',
  source: `column ${of}: ${source}`,
  byRow: ({ engine }) => engine.index.columns[of],
});

const logged = (name: string, of: keyof Engine['index']['ln'], source: string): Feature => ({
  name,
  origin: 'item',
  source,
  byRow: ({ engine }) => engine.index.ln[of],
});

const made = (name: string, source: string, make: (scene: Scene) => Float32Array): Feature => ({
  name,
  origin: 'item',
  source,
  column: make,
});

/** Of the candidate alone. */
export const ITEM: readonly Feature[] = [
  logged('item-count', 'count', 'columns views and purchases: ln interactions'),
  logged('item-popularity', 'popularity', 'column popularity: ln decayed interactions'),
  logged('item-views7', 'views7', 'column views7: ln views of 7 days'),
  logged('item-purchases7', 'purchases7', 'column purchases7: ln purchases of 7 days'),
  logged('item-purchases', 'purchases', 'column purchases: ln purchases'),
  column('item-trend', 'trend', 'ln of the recent rate over the long one'),
  column('item-repeat', 'repeat', 'probability that a buyer buys again'),
  column('item-discount', 'discount', 'share off the price'),
  column('item-rating', 'rating', '0 to 5'),
  column('item-margin', 'margin', '0 low, 1 normal, 2 high'),
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
  const { addedDay } = engine.index.columns;
  for (let i = 0; i < out.length; i++) {
    const added = addedDay[rows[i]!]!;
    out[i] = added > 0 ? ln1(Math.max(0, seen.today - added)) : -1;
  }
  return out;
}

function promotions({ engine, seen, rows, lend }: Scene): Float32Array {
  const out = lend();
  const { promotedUntilDay } = engine.index.columns;
  for (let i = 0; i < out.length; i++) out[i] = promotedUntilDay[rows[i]!]! > seen.today ? 1 : 0;
  return out;
}

function sharesOfCategory({ engine, rows, category, lend }: Scene): Float32Array {
  const out = lend();
  const { columns, categoryTop } = engine.index;
  for (let i = 0; i < out.length; i++) {
    const top = categoryTop[category[i]!]!;
    out[i] = top > 0 ? columns.popularity[rows[i]!]! / top : 0;
  }
  return out;
}

function look(values: Float32Array, names: Float32Array, out: Float32Array): Float32Array {
  for (let i = 0; i < out.length; i++) out[i] = values[names[i]!]!;
  return out;
}
