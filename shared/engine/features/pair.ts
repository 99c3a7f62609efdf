import { ln1 } from '../logarithm.ts';
import { distances, less, lnCounts, lnPriceLess, lnPriceLessOf, look, ofOwned, sameFacts } from './column.ts';
import { columns, type Family } from './feature.ts';

const WEEK = 7 * 86_400_000;

/** What the shopper did with this very item before; 0 of all others. */
export const OWNED: Family = {
  features: columns('pair', [
    ['seen-before', 'profile: ln interactions with the item'],
    ['carted-before', 'profile: ln times in the cart'],
    ['bought-before', 'profile: ln times bought'],
    ['bought-share', 'profile: share of visits that bought it'],
    ['bought-lately', 'profile: 1 / (1 + weeks since it was bought)'],
    ['in-session', 'session: ln interactions with the item in it'],
    ['is-last', 'profile: whether it is the last item'],
    ['clicks-since', 'profile: 1 / (1 + interactions since), 0 if never'],
    ['items-since', 'profile: 1 / (1 + distinct items since), 0 if never'],
    ['decayed-clicks', 'profile: sum of .8 ^ age over its interactions'],
    ['is-first', 'session: whether it opened the session'],
  ]),
  make(scene) {
    const { seen, portrait } = scene;
    const opener = portrait.session.touches[0]?.row;
    return ofOwned(scene, 11, ({ row, touches, carts, purchases, boughtAt, current, last, age, decayed }) => [
      ln1(touches),
      ln1(carts),
      ln1(purchases),
      purchases / Math.max(1, portrait.visits),
      purchases === 0 ? 0 : 1 / (1 + Math.max(0, seen.moment.now - boughtAt) / WEEK),
      ln1(current),
      age === 0 ? 1 : 0,
      1 / (seen.touches.length - last),
      1 / (1 + age),
      decayed,
      opener === row ? 1 : 0,
    ]);
  },
};

/** The item against what the shopper likes. */
export const TASTE: Family = {
  features: columns('pair', [
    ['category-affinity', 'profile and category column: decayed share'],
    ['category-count', 'profile and category column: ln items'],
    ['brand-affinity', 'profile and brand column: decayed share'],
    ['brand-count', 'profile and brand column: ln items'],
    ['brand-bought', 'profile and brand column: brand bought before'],
    ['last-category', 'category column: the same as the last item'],
    ['last-brand', 'brand column: the same as the last item'],
    ['price-usual', 'price column: ln price less the usual one'],
    ['price-distance', 'price column: distance from the usual ln price'],
    ['price-last', "price column: ln price less the last item's"],
    ['count-usual', "ln interactions less the mean of the shopper's items"],
  ]),
  make(scene) {
    const { category, brand, lnCount, seen, portrait } = scene;
    const { categories, brands, usualLnPrice } = portrait;
    const last = seen.own[0]?.row;
    const againstUsual = lnPriceLess(scene, usualLnPrice, usualLnPrice !== 0);
    return [
      look(scene, categories.share, category),
      lnCounts(scene, look(scene, categories.count, category)),
      look(scene, brands.share, brand),
      lnCounts(scene, look(scene, brands.count, brand)),
      look(scene, brands.marked, brand),
      ...sameFacts(scene, last),
      againstUsual,
      distances(scene, againstUsual),
      lnPriceLessOf(scene, last),
      seen.own.length === 0 ? scene.zeros() : less(scene, lnCount, portrait.meanLnCount),
    ];
  },
};
