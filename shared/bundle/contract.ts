import type { ItemId, MarketId } from '../protocol/ids.ts';

/** Sorted UTF-8 ids, searched in place. `indexOf` is -1 for an unknown id. Row order is byte order of ids. */
export interface IdTable {
  readonly size: number;
  indexOf(id: string): number;
  idAt(index: number): ItemId;
}

/** `items x dims` int8 rows; component d of row r is `rows[r*dims+d] * scales[r]`. */
export interface EmbeddingTable {
  readonly dims: number;
  readonly rows: Int8Array;
  readonly scales: Float32Array;
  /** every row has length one (or is all zeros): its scale is 1 over the length of its integers, see `scaleOf` */
  readonly unit?: boolean;
}

/** Variants of each row, sorted by id; a row without variants has itself as its only one. */
export interface VariantTable {
  readonly ids: IdTable;
  /** variant -> row */
  readonly rowOf: Uint32Array;
  /** row -> first entry in `byRow`; `items + 1` long */
  readonly offsets: Uint32Array;
  /** variants grouped by row */
  readonly byRow: Uint32Array;
}

/** Named columns, one value per item row, decoded to float32. The device's feature store. */
export const COLUMNS = [
  'category', // index into `categories`; 0 is "missing"
  'brand', // index into `brands`; 0 is "missing"
  'discount', // 0..1
  'rating', // 0..5, 0 is "missing"
  'views7', // views in the last 7 days before the release
  'purchases7',
  'views', // all views, undecayed
  'purchases',
  'popularity', // weighted, decayed interactions
  'trend', // ln of recent rate over long-run rate
  'repeat', // probability that a buyer buys it again, shrunk
  'addedDay', // days since 1970, 0 is "unknown"
  'promotedUntilDay', // days since 1970, 0 is "never"
  'margin', // 0 low, 1 normal, 2 high
  'place', // mean place in people's histories, -1 first .. 1 last, shrunk
  'stage', // latent time: later for what people turn to later, mean 0, deviation 1
  'opens', // ln share of its occurrences that open a history
  'closes', // ln share of its occurrences that close one
  'again', // probability that a visit which bought it is followed by one that does, shrunk
  'kinTrend', // trend of what the catalogue describes alike
] as const;
export type ColumnName = (typeof COLUMNS)[number];

/** What the catalogue says of the items, token by token; item i has ids offsets[i] .. offsets[i+1], each once. */
export interface TokenTable {
  readonly offsets: Uint32Array;
  readonly ids: ArrayLike<number>;
  /** by token: ln(items / items with it) */
  readonly idf: Float32Array;
}

/** What differs by market. */
export interface MarketColumns {
  readonly market: MarketId;
  readonly currency: string;
  /** per row: the cheapest variant in stock, else the cheapest; 0 is "missing". Decoded anew whenever it is asked for */
  readonly price: Float32Array;
  /** per variant: 1 in stock. Decoded anew whenever it is asked for */
  readonly variantInStock: Uint8Array;
  /** both where they lie in the file; of stock a bit a variant, the lowest bit of a byte first */
  readonly stored: { readonly price: StoredColumn; readonly stock: Uint8Array };
}

/**
 * A column where it lies in the file: a number a row, and what it stands for. Number 0 stands for 0. A catalogue of a
 * hundred thousand needs the values of a few hundred rows at a time, so they are decoded one by one.
 */
export interface StoredColumn {
  readonly codes: Uint8Array | Uint16Array | Uint32Array | Float32Array;
  /** what a code is worth: a float32 */
  worth(code: number): number;
  /** every code is its own value */
  readonly plain: boolean;
}

/** What the funnel derives from all items, reckoned when the shard was packed. */
export interface Derived {
  /** the first rows by popularity and by trending score, best first: all that have one, or as many as there is room for */
  readonly popular: Uint32Array;
  readonly trending: Uint32Array;
  /** see `CatalogueIndex` */
  readonly categoryTop: Float32Array;
  readonly lnCategory: Float32Array;
  readonly lnBrand: Float32Array;
}

export interface Shard {
  readonly items: number;
  readonly space: string;
  readonly ids: IdTable;
  readonly variants: VariantTable;
  /** the side that is scanned */
  readonly embeddings: EmbeddingTable;
  /** the side that a shopper's items are read from; the same object where the two are tied */
  readonly queryEmbeddings: EmbeddingTable;
  /** absent where the catalogue says nothing about its items */
  readonly content: EmbeddingTable | undefined;
  /** absent where the catalogue says nothing, or the release does not carry it */
  readonly tokens: TokenTable | undefined;
  readonly categories: readonly string[];
  readonly brands: readonly string[];
  readonly markets: readonly MarketColumns[];
  /** absent where the release leaves it to the reader */
  readonly derived: Derived | undefined;
  /** decoded whole; zeros where the release does not carry the column */
  column(name: ColumnName): Float32Array;
  /** undefined where the release does not carry the column */
  stored(name: ColumnName): StoredColumn | undefined;
}

/**
 * Variable-length lists, best first: neighbours of row r are `count(r)` entries from `start(r)`. They stay as they are
 * stored, and a row is found and unpacked when it is read.
 */
export interface Neighbours {
  readonly items: number;
  /** room that any list fits in */
  readonly longest: number;
  /** a row's first entry, and how many it has */
  start(row: number): number;
  count(row: number): number;
  /** Unpacks a row's list into the start of `into`. @returns how many entries it has */
  read(row: number, into: NeighbourList): number;
  /** The weight of one neighbour in a row's list; 0 where it is not there. */
  weightOf(row: number, neighbour: number): number;
  /** `items + 1` long: not for serving */
  readonly offsets: Uint32Array;
  /** all entries, unpacked anew whenever they are asked for: not for serving */
  readonly ids: Uint32Array;
  readonly weights: Float32Array;
  /**
   * a byte an entry, where the release carries it: levels (see COUNT_LEVELS) of how often the neighbour came directly
   * after the row's item (low half) and of how often it came before it (high half)
   */
  readonly pairs: Uint8Array | undefined;
}

/** Room for one list. */
export interface NeighbourList {
  readonly ids: Uint32Array;
  readonly weights: Float32Array;
}

/** How often a pair was seen, in sixteen levels: a count is the largest level that it reaches. */
export const COUNT_LEVELS = [0, 1, 2, 3, 4, 5, 6, 8, 11, 15, 22, 32, 48, 72, 120, 200] as const;

/** Named tensors, decoded to float32, and the settings that were chosen with them. */
export interface Weights {
  /** JSON: FunnelSettings */
  readonly settings: unknown;
  /** whether there is such a tensor: nothing is decoded */
  holds(name: string): boolean;
  tensor(name: string): Tensor | undefined;
  /** the integers of a tensor that is stored so; undefined for one that is not there or stored as floats */
  quantised(name: string): QuantisedTensor | undefined;
}
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A tensor as it is stored: value = integer * scale of its column (last axis) or of its row. */
export interface QuantisedTensor {
  readonly shape: readonly number[];
  readonly integers: Int8Array;
  readonly scales: Float32Array;
  readonly scale: 'column' | 'row';
}

/** What a shelf draws. */
export interface Card {
  readonly item: ItemId;
  readonly title: string;
  readonly image: string | undefined;
  readonly link: string | undefined;
  readonly price: number | undefined;
  readonly salePrice: number | undefined;
  readonly currency: string | undefined;
  readonly brand: string | undefined;
  readonly category: string | undefined;
}
export interface Cards {
  readonly size: number;
  /** by variant id */
  card(id: string): Card | undefined;
}
