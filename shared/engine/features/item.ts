import { FACT, type Fact } from '../facts.ts';
import { ln1 } from '../logarithm.ts';
import { fact, look } from './column.ts';
import { columns, type Family, type Scene } from './feature.ts';

const PLAIN: readonly Fact[] = [
  ...[FACT.lnPopularity, FACT.lnViews7, FACT.lnPurchases7, FACT.lnPurchases],
  ...[FACT.trend, FACT.kinTrend, FACT.repeat, FACT.again, FACT.discount, FACT.rating, FACT.margin],
];

/** Of the candidate alone. */
export const ITEM: Family = {
  features: columns('item', [
    ['item-count', 'columns views and purchases: ln interactions'],
    ['item-popularity', 'column popularity: ln decayed interactions'],
    ['item-views7', 'column views7: ln views of 7 days'],
    ['item-purchases7', 'column purchases7: ln purchases of 7 days'],
    ['item-purchases', 'column purchases: ln purchases'],
    ['item-trend', 'column trend: ln of the recent rate over the long one'],
    ['item-kin-trend', 'column kinTrend: trend of what is described alike'],
    ['item-repeat', 'column repeat: probability that a buyer buys again'],
    ['item-again', 'column again: probability that the next visit buys it again'],
    ['item-discount', 'column discount: share off the price'],
    ['item-rating', 'column rating: 0 to 5'],
    ['item-margin', 'column margin: 0 low, 1 normal, 2 high'],
    ['item-price', 'market column price: ln price'],
    ['item-stock', 'market column variantInStock: share of variants that can be had'],
    ['item-age', 'column addedDay: ln days in the catalogue, -1 where unknown'],
    ['item-promoted', 'column promotedUntilDay: promoted today'],
    ['item-category-popularity', 'columns category and popularity: ln decayed interactions of its category'],
    ['item-brand-popularity', 'columns brand and popularity: ln decayed interactions of its brand'],
    ['item-category-share', 'columns category and popularity: popularity against the best of its category'],
  ]),
  make(scene) {
    const { engine, seen, category, brand } = scene;
    return [
      scene.lnCount,
      ...PLAIN.map((one) => fact(scene, one)),
      scene.lnPrice,
      seen.market.stockShare.pick(scene.rows, scene.lend()),
      ages(scene),
      promotions(scene),
      look(scene, engine.index.lnCategory, category),
      look(scene, engine.index.lnBrand, brand),
      sharesOfCategory(scene),
    ];
  },
};

function ages(scene: Scene): Float32Array {
  const out = fact(scene, FACT.addedDay);
  for (let i = 0; i < out.length; i++)
    out[i] = out[i]! > 0 ? ln1(Math.max(0, scene.seen.today - out[i]!)) : -1;
  return out;
}

function promotions(scene: Scene): Float32Array {
  const out = fact(scene, FACT.promotedUntilDay);
  for (let i = 0; i < out.length; i++) out[i] = out[i]! > scene.seen.today ? 1 : 0;
  return out;
}

function sharesOfCategory(scene: Scene): Float32Array {
  const out = fact(scene, FACT.popularity);
  const { categoryTop } = scene.engine.index;
  for (let i = 0; i < out.length; i++) {
    const top = categoryTop[scene.category[i]!]!;
    out[i] = top > 0 ? out[i]! / top : 0;
  }
  return out;
}
