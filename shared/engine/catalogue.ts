import type { MarketColumns, Neighbours, Shard } from '../bundle/contract.ts';
import { ln } from '../kernel/math.ts';
import type { MarketId } from '../protocol/ids.ts';
import { FACT, Facts } from './facts.ts';
import { BRAND_BUCKETS, bucketsOf, CATEGORY_BUCKETS } from './hash.ts';
import { bestFirst } from './retrieval/top.ts';
import { indexTokens, type TokenIndex } from './tokens.ts';

/** What the funnel derives once from a shard, so that no slate computes it again. */
export interface CatalogueIndex {
  readonly facts: Facts;
  /** rows with a positive popularity, best first, ties by lower row */
  readonly popular: Uint32Array;
  /** rows with a positive trending score, best first, ties by lower row */
  readonly trending: Uint32Array;
  /** category -> its rows with a positive popularity, best first; no list for 0, "missing" */
  readonly byCategory: readonly Uint32Array[];
  /** category -> its highest popularity */
  readonly categoryTop: Float32Array;
  /** ln(1 + the popularity of all its items) by category and by brand; 0 for "missing" */
  readonly lnCategory: Float32Array;
  readonly lnBrand: Float32Array;
  /** category and brand -> bucket of its name, for the ranker's embeddings */
  readonly categoryBucket: Uint16Array;
  readonly brandBucket: Uint16Array;
  readonly tokens: TokenIndex | undefined;
  readonly markets: readonly MarketIndex[];
  /** a bit an item, the bits beyond the last item clear */
  readonly everyItem: Uint32Array;
  readonly fresh: FreshItems;
}

/** What nobody has viewed or bought yet, and whom each is for: lists that are few enough to lie unpacked. */
export interface FreshItems {
  /** ascending */
  readonly rows: Uint32Array;
  /** by catalogue row: entries offsets[row] .. offsets[row + 1] */
  readonly offsets: Uint32Array;
  readonly ids: Uint32Array;
  /** how much each of them says for the new item */
  readonly weights: Float32Array;
  /** how alike each of them is to it, 0 to 255 */
  readonly alike: Uint8Array;
}

export interface MarketIndex {
  readonly market: MarketId | undefined;
  readonly price: Float32Array;
  /** ln of the price; 0 where it is missing */
  readonly lnPrice: Float32Array;
  /** a bit a row: at least one variant can be had */
  readonly inStock: Uint32Array;
  /** share of the row's variants that can be had */
  readonly stockShare: Float32Array;
  readonly variantInStock: Uint8Array;
}

export function indexCatalogue(shard: Shard, kin?: Neighbours): CatalogueIndex {
  const facts = new Facts(shard);
  const category = shard.column('category');
  const popularity = shard.column('popularity');
  const popular = bestFirst(popularity);
  return {
    facts,
    popular,
    trending: bestFirst(facts.column(FACT.trendingScore)),
    ...groupByCategory(popular, { category, popularity }, shard.categories.length),
    lnCategory: lnTotals(category, popularity, shard.categories.length),
    lnBrand: lnTotals(shard.column('brand'), popularity, shard.brands.length),
    categoryBucket: bucketsOf(shard.categories, CATEGORY_BUCKETS),
    brandBucket: bucketsOf(shard.brands, BRAND_BUCKETS),
    tokens: indexTokens(shard, facts.column(FACT.lnCount)),
    markets: shard.markets.length > 0 ? shard.markets.map((m) => indexMarket(shard, m)) : [noMarket(shard)],
    everyItem: everyItem(shard.items),
    fresh: freshItems(shard, kin),
  };
}

function freshItems(shard: Shard, kin: Neighbours | undefined): FreshItems {
  const none = { rows: new Uint32Array(0), ids: new Uint32Array(0), weights: new Float32Array(0) };
  if (kin?.pairs === undefined)
    return { ...none, alike: new Uint8Array(0), offsets: new Uint32Array(shard.items + 1) };
  const views = shard.column('views');
  const purchases = shard.column('purchases');
  const rows = Uint32Array.from(views.keys()).filter(
    (row) => views[row] === 0 && purchases[row] === 0 && kin.offsets[row + 1]! > kin.offsets[row]!,
  );
  return { rows, offsets: kin.offsets, ids: kin.ids, weights: kin.weights, alike: kin.pairs };
}

function groupByCategory(
  popular: Uint32Array,
  columns: { readonly category: Float32Array; readonly popularity: Float32Array },
  categories: number,
): Pick<CatalogueIndex, 'byCategory' | 'categoryTop'> {
  const size = Math.max(1, categories);
  const counts = new Uint32Array(size);
  for (let i = 0; i < popular.length; i++) counts[columns.category[popular[i]!]!]!++;
  const lists = Array.from(counts, (count, category) => new Uint32Array(category === 0 ? 0 : count));
  counts.fill(0);
  for (let i = 0; i < popular.length; i++) {
    const category = columns.category[popular[i]!]!;
    if (category > 0) lists[category]![counts[category]!++] = popular[i]!;
  }
  return {
    byCategory: lists,
    categoryTop: Float32Array.from(lists, (list) => columns.popularity[list[0] ?? -1] ?? 0),
  };
}

function lnTotals(names: Float32Array, popularity: Float32Array, size: number): Float32Array {
  const totals = new Float64Array(Math.max(1, size));
  for (let row = 0; row < names.length; row++) {
    const name = names[row]!;
    if (name > 0) totals[name] = totals[name]! + Math.max(0, popularity[row]!);
  }
  return Float32Array.from(totals, (total) => ln(1 + total));
}

function indexMarket(shard: Shard, market: MarketColumns): MarketIndex {
  const inStock = new Uint32Array(Math.ceil(shard.items / 32));
  const stockShare = new Float32Array(shard.items);
  const { offsets, byRow } = shard.variants;
  for (let row = 0; row < shard.items; row++) {
    const from = offsets[row] ?? 0;
    const to = offsets[row + 1] ?? from;
    let stocked = 0;
    for (let at = from; at < to; at++) stocked += market.variantInStock[byRow[at] ?? 0] ? 1 : 0;
    stockShare[row] = to > from ? stocked / (to - from) : 0;
    if (stocked > 0) inStock[row >>> 5] = (inStock[row >>> 5] ?? 0) | (1 << (row & 31));
  }
  return {
    market: market.market,
    price: market.price,
    lnPrice: market.price.map((price) => (price > 0 ? ln(price) : 0)),
    inStock,
    stockShare,
    variantInStock: market.variantInStock,
  };
}

/** A shard that sells nowhere (a benchmark's): no price, everything can be had. */
function noMarket(shard: Shard): MarketIndex {
  return {
    market: undefined,
    price: new Float32Array(shard.items),
    lnPrice: new Float32Array(shard.items),
    inStock: everyItem(shard.items),
    stockShare: new Float32Array(shard.items).fill(1),
    variantInStock: new Uint8Array(shard.variants.ids.size).fill(1),
  };
}

function everyItem(items: number): Uint32Array {
  const mask = new Uint32Array(Math.ceil(items / 32)).fill(0xffffffff);
  if (items % 32 !== 0) mask[mask.length - 1] = (1 << (items % 32)) - 1;
  return mask;
}

/** The market that was asked for; the shard's first where it has no such one. */
export function marketOf(index: CatalogueIndex, market: MarketId | undefined): MarketIndex {
  return index.markets.find((known) => known.market === market) ?? index.markets[0]!;
}
