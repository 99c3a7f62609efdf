import { FACT } from '../facts.ts';
import { LEAST, lnCounts, lnWeights, rootShares, sumsOf } from './column.ts';
import { seedsOf } from './context.ts';
import { columns, type Family, type Scene } from './feature.ts';
import { tokensLargest } from './token-evidence.ts';

const LISTS = ['bought-together', 'taste', 'basket'] as const;

/** Of a large cart's lines so many are looked at one by one. */
const MOST_SEEDS = 64;

const ofLists = (name: string, source: string) =>
  LISTS.map((list) => [`${list}-${name}`, `${list} lists of the shelf's anchors: ${source}`] as const);

/** The candidate against the items that the shelf starts from: a cart's lines, a page's product, the shopper's items. */
export const ANCHORED: Family = {
  features: columns('pair', [
    ...ofLists('mean', 'ln of the sum, an anchor'),
    ...ofLists('largest', 'ln of the largest weight'),
    ...ofLists('listed', 'ln of anchors that list it'),
    ...ofLists('share', "root of the sum's share of the best"),
    ['bought-together-largest-share', 'the same of its largest weight'],
    ['seeds-tokens', 'shelf and tokens: largest idf cosine to an item that the shelf starts from'],
    ['anchors-category', "category column: share of the shelf's anchors in its category"],
    ['anchors-price', "price column: distance from the mean ln price of the shelf's anchors"],
  ]),
  make(scene) {
    const { boughtTogether, taste, basket } = scene.engine.scratch;
    const lists = [boughtTogether, taste, basket].map((sums) => sumsOf(scene, sums));
    const { length } = scene.seen.anchors;
    return [
      ...lists.map(([sum]) => lnWeights(scene, sum!, LEAST, Math.max(1, length))),
      ...lists.map(([, most]) => lnWeights(scene, most!)),
      ...lists.map(([, , count]) => lnCounts(scene, count!)),
      ...lists.map(([sum]) => rootShares(scene, sum!)),
      rootShares(scene, lists[0]![1]!),
      tokensLargest(
        scene,
        seedsOf(scene)
          .slice(0, MOST_SEEDS)
          .map(({ row }) => row),
      ),
      shareOfCategory(scene),
      priceDistance(scene),
    ];
  },
};

function shareOfCategory({ engine, seen, category, zeros }: Scene): Float32Array {
  const out = zeros();
  const { anchorCategories } = engine.scratch;
  anchorCategories.clear();
  for (const { row } of seen.anchors) anchorCategories.add(engine.index.facts.of(FACT.category, row), 1);
  const { count, names } = anchorCategories;
  if (names.length > 0)
    for (let i = 0; i < out.length; i++) out[i] = count[category[i]!]! / seen.anchors.length;
  return out;
}

function priceDistance({ seen, price: prices, lnPrice: lnPrices, lend, zeros }: Scene): Float32Array {
  const { price, lnPrice } = seen.market;
  let sum = 0;
  let priced = 0;
  for (const { row } of seen.anchors) {
    if (!(price.of(row) > 0)) continue;
    sum += lnPrice.of(row);
    priced += 1;
  }
  if (priced === 0) return zeros();
  const out = lend();
  const mean = sum / priced;
  for (let i = 0; i < out.length; i++) out[i] = prices[i]! > 0 ? Math.abs(lnPrices[i]! - mean) : 0;
  return out;
}
