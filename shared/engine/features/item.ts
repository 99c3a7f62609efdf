import type { ColumnName } from '../../bundle/contract.ts';
import { ln1 } from '../logarithm.ts';
import type { Feature, Scene } from './feature.ts';

const column = (name: string, of: ColumnName, source: string): Feature => ({
  name,
  origin: 'item',
  source: `column ${of}: ${source}`,
  byRow: ({ engine }) => engine.index.columns[of],
});

/** Of the candidate alone. */
export const ITEM: readonly Feature[] = [
  {
    name: 'item-count',
    origin: 'item',
    source: 'columns views and purchases: ln interactions',
    byRow: ({ engine }) => engine.index.ln.count,
  },
  {
    name: 'item-popularity',
    origin: 'item',
    source: 'column popularity: ln decayed interactions',
    byRow: ({ engine }) => engine.index.ln.popularity,
  },
  {
    name: 'item-views7',
    origin: 'item',
    source: 'column views7: ln views of 7 days',
    byRow: ({ engine }) => engine.index.ln.views7,
  },
  {
    name: 'item-purchases7',
    origin: 'item',
    source: 'column purchases7: ln purchases of 7 days',
    byRow: ({ engine }) => engine.index.ln.purchases7,
  },
  {
    name: 'item-purchases',
    origin: 'item',
    source: 'column purchases: ln purchases',
    byRow: ({ engine }) => engine.index.ln.purchases,
  },
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
