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
  {
    name: 'item-age',
    origin: 'item',
    source: 'column addedDay: ln days in the catalogue, -1 where unknown',
    each: ageOf,
  },
  {
    name: 'item-promoted',
    origin: 'item',
    source: 'column promotedUntilDay: promoted today',
    each: ({ engine, seen, rows }, at) =>
      engine.index.columns.promotedUntilDay[rows[at]!]! > seen.today ? 1 : 0,
  },
  {
    name: 'item-category-popularity',
    origin: 'item',
    source: 'columns category and popularity: ln decayed interactions of its category',
    each: ({ engine: { index }, rows }, at) => index.lnCategory[index.columns.category[rows[at]!]!]!,
  },
  {
    name: 'item-brand-popularity',
    origin: 'item',
    source: 'columns brand and popularity: ln decayed interactions of its brand',
    each: ({ engine: { index }, rows }, at) => index.lnBrand[index.columns.brand[rows[at]!]!]!,
  },
  {
    name: 'item-category-share',
    origin: 'item',
    source: 'columns category and popularity: popularity against the best of its category',
    each: ({ engine, rows }, at) => {
      const { columns, categoryTop } = engine.index;
      const top = categoryTop[columns.category[rows[at]!]!]!;
      return top > 0 ? columns.popularity[rows[at]!]! / top : 0;
    },
  },
];

function ageOf({ engine, seen, rows }: Scene, at: number): number {
  const added = engine.index.columns.addedDay[rows[at]!]!;
  return added > 0 ? ln1(Math.max(0, seen.today - added)) : -1;
}
