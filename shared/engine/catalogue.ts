import type { MarketColumns, Neighbours, Shard } from '../bundle/contract.ts';
import { ln } from '../kernel/math.ts';
import type { MarketId } from '../protocol/ids.ts';
import { addNames, HEAD, namesOf } from './derived.ts';
import { ABSENT, FACT, Facts, type Reader, RowReader, readerOf } from './facts.ts';
import { BRAND_BUCKETS, bucketsOf, CATEGORY_BUCKETS } from './hash.ts';
import { bestFirst, headOf, Order } from './retrieval/top.ts';
import { indexTokens, type TokenIndex } from './tokens.ts';

/** What the funnel derives once from a shard, so that no slate computes it again. */
export interface CatalogueIndex {
  readonly facts: Facts;
  /** rows with a positive popularity, best first, ties by lower row */
  readonly popular: Uint32Array;
  /** the first of `popular`, and of the rows with a positive trending score: all that most slates need */
  readonly best: { readonly popular: Best; readonly trending: Best };
  /** category -> its rows with a positive popularity, best first; no list for 0, "missing" */
  byCategory(category: number): Uint32Array;
  /** category -> its highest popularity */
  readonly categoryTop: Float32Array;
  /** ln(1 + the popularity of all its items) by category and by brand; 0 for "missing" */
  readonly lnCategory: Float32Array;
  readonly lnBrand: Float32Array;
  /** category and brand -> bucket of its name, for the ranker's embeddings */
  categoryBucket(category: number): number;
  brandBucket(brand: number): number;
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
  /** of row `rows[i]`: entries offsets[i] .. offsets[i + 1] */
  readonly offsets: Uint32Array;
  readonly ids: Uint32Array;
  /** how much each of them says for the new item */
  readonly weights: Float32Array;
  /** how alike each of them is to it, 0 to 255 */
  readonly alike: Uint8Array;
}

/** An order of rows, best first, of which the head can be had without the rest. */
export interface Best {
  head(): Uint32Array;
  /** begins with the head */
  all(): Uint32Array;
}

export interface MarketIndex {
  readonly market: MarketId | undefined;
  /** 0 where it is missing */
  readonly price: Reader;
  /** ln of the price; 0 where it is missing */
  readonly lnPrice: Reader;
  /** a bit a row: at least one variant can be had */
  readonly inStock: Uint32Array;
  /** share of the row's variants that can be had */
  readonly stockShare: Reader;
  variantInStock(variant: number): boolean;
}

/** Opening costs next to nothing: each part is made when a slate first asks for it. */
export function indexCatalogue(shard: Shard, kin?: Neighbours): CatalogueIndex {
  const facts = new Facts(shard);
  const best = {
    popular: bestOf(shard.derived?.popular, () => shard.column('popularity')),
    trending: bestOf(shard.derived?.trending, () => facts.column(FACT.trendingScore)),
  };
  const sums = once(() => shard.derived ?? addNames(shard));
  const lists = once(() => categoryLists(shard, facts));
  const markets = shard.markets.map((market) => indexMarket(shard, market));
  const tokens = once(() => indexTokens(shard, (row) => facts.of(FACT.lnCount, row)));
  const everyone = once(() => everyItem(shard.items));
  const fresh = once(() => freshItems(facts, kin));
  return {
    ...{ facts, best },
    get popular() {
      return best.popular.all();
    },
    byCategory: (name) => lists()(name),
    get categoryTop() {
      return sums().categoryTop;
    },
    get lnCategory() {
      return sums().lnCategory;
    },
    get lnBrand() {
      return sums().lnBrand;
    },
    categoryBucket: bucketsOf(shard.categories, CATEGORY_BUCKETS),
    brandBucket: bucketsOf(shard.brands, BRAND_BUCKETS),
    get tokens() {
      return tokens();
    },
    markets: markets.length > 0 ? markets : [noMarket(shard)],
    get everyItem() {
      return everyone();
    },
    get fresh() {
      return fresh();
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function bestOf(carried: Uint32Array | undefined, scores: () => Float32Array): Best {
  const head = once(() => carried ?? headOf(scores(), HEAD));
  const all = once(() => (head().length < HEAD ? head() : bestFirst(scores())));
  return { head, all };
}

/** The lists of those that nobody has touched, alone: they are few. */
function freshItems(facts: Facts, kin: Neighbours | undefined): FreshItems {
  const rows: number[] = [];
  const offsets = [0];
  for (let row = 0; kin?.pairs !== undefined && row < kin.items; row++) {
    const count = kin.count(row);
    if (count === 0 || facts.of(FACT.views, row) !== 0 || facts.of(FACT.purchases, row) !== 0) continue;
    rows.push(row);
    offsets.push(offsets[offsets.length - 1]! + count);
  }
  const entries = offsets[offsets.length - 1]!;
  const ids = new Uint32Array(entries);
  const weights = new Float32Array(entries);
  const alike = new Uint8Array(entries);
  rows.forEach((row, i) => {
    const from = offsets[i]!;
    const count = kin!.read(row, { ids: ids.subarray(from), weights: weights.subarray(from) });
    alike.set(kin!.pairs!.subarray(kin!.start(row), kin!.start(row) + count), from);
  });
  return { rows: Uint32Array.from(rows), offsets: Uint32Array.from(offsets), ids, weights, alike };
}

/** Category -> its rows with a positive popularity, best first; looked up and put in order when it is asked for. */
function categoryLists(shard: Shard, facts: Facts): (category: number) => Uint32Array {
  const { category: names } = namesOf(shard);
  const popular = shard.stored('popularity')?.codes;
  const lists = new Map<number, Uint32Array>();
  return (name) => {
    let known = lists.get(name);
    if (known !== undefined) return known;
    const rows: number[] = [];
    // "Missing" is no name, and without a popularity nobody has a positive one. The engine's own search runs over a hundred
    // thousand rows in less time than code that has just started takes for a thousand.
    if (name > 0 && popular !== undefined)
      for (let row = names.indexOf(name); row >= 0; row = names.indexOf(name, row + 1))
        if (popular[row] !== 0) rows.push(row);
    known = byPopularity(facts, rows);
    lists.set(name, known);
    return known;
  };
}

/** Those with a positive popularity, best first, ties by lower row. */
function byPopularity(facts: Facts, rows: readonly number[]): Uint32Array {
  const all = new Order();
  all.begin(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const popularity = facts.of(FACT.popularity, rows[i]!);
    if (popularity > 0) all.push(popularity, rows[i]!);
  }
  return all.best(rows.length).slice();
}

function indexMarket(shard: Shard, { market, stored }: MarketColumns): MarketIndex {
  const { price, stock } = stored;
  const prices = once(() => readerOf(price));
  const lnPrices = once(() => readerOf(price, (value) => (value > 0 ? ln(value) : 0)));
  const has = (variant: number) => (stock[variant >>> 3]! >>> (variant & 7)) & 1;
  const mask = once(() => (isBare(shard) ? words(stock, shard.items) : stocked(shard, has)));
  return {
    market,
    get price() {
      return prices();
    },
    get lnPrice() {
      return lnPrices();
    },
    get inStock() {
      return mask();
    },
    stockShare: new RowReader(isBare(shard) ? has : (row) => stockShare(shard, row, has)),
    variantInStock: (variant) => has(variant) === 1,
  };
}

/** Every item is its own only variant. */
const isBare = ({ variants, ids }: Shard): boolean => variants.ids === ids;

function stockShare({ variants }: Shard, row: number, has: (variant: number) => number): number {
  const { offsets, byRow } = variants;
  const [from, to] = [offsets[row]!, offsets[row + 1]!];
  let held = 0;
  for (let at = from; at < to; at++) held += has(byRow[at]!);
  return to > from ? held / (to - from) : 0;
}

/** The file's bits as a mask: bit r of word r / 32, as they lie. */
function words(bits: Uint8Array, items: number): Uint32Array {
  const mask = new Uint32Array(Math.ceil(items / 32));
  new Uint8Array(mask.buffer).set(bits);
  if (items % 32 !== 0) mask[mask.length - 1] = mask[mask.length - 1]! & ((1 << (items % 32)) - 1);
  return mask;
}

/** Rows of which a variant can be had. */
function stocked({ items, variants: { rowOf } }: Shard, has: (variant: number) => number): Uint32Array {
  const mask = new Uint32Array(Math.ceil(items / 32));
  for (let variant = 0; variant < rowOf.length; variant++) {
    const row = rowOf[variant]!;
    mask[row >>> 5] = mask[row >>> 5]! | (has(variant) << (row & 31));
  }
  return mask;
}

/** A shard that sells nowhere (a benchmark's): no price, everything can be had. */
function noMarket(shard: Shard): MarketIndex {
  return {
    market: undefined,
    price: readerOf(ABSENT),
    lnPrice: readerOf(ABSENT),
    inStock: everyItem(shard.items),
    stockShare: new RowReader(() => 1),
    variantInStock: () => true,
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
