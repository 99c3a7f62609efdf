import * as v from 'valibot';
import type { MarketId } from '../protocol/ids.ts';
import {
  CODECS,
  type CodecChoice,
  type CodedColumn,
  codecDtype,
  DEFAULT_CODECS,
  decodeColumn,
  encodeColumn,
  storedColumn,
} from './codec.ts';
import { type Container, decodeContainer, encodeContainer, type SectionArray } from './container.ts';
import { COLUMNS, type ColumnName, type Derived, type MarketColumns, type Shard } from './contract.ts';
import { checkDerived, decodeDerived, encodeDerived } from './derived.ts';
import { decodeEmbedding, type EmbeddingInput, EmbeddingMeta, encodeEmbedding } from './embedding.ts';
import { demand } from './error.ts';
import { Count, MOST_ITEMS, parseMeta, Size } from './meta.ts';
import { largest } from './narrow.ts';
import {
  checkIds,
  checkStrings,
  decodeIds,
  encodeIds,
  encodeStrings,
  everyString,
  stringSections,
} from './strings.ts';
import { checkTokens, decodeTokens, encodeTokens, type TokenInput } from './tokens.ts';
import { areItems, decodeVariants, encodeVariants, itemsAsVariants, type VariantInput } from './variants.ts';

export type { EmbeddingInput } from './embedding.ts';
export type { VariantInput } from './variants.ts';

export const SHARD_VERSION = 2;

/** A slice of the catalogue before it is quantised and packed. Rows are in the order of `ids`. */
export interface ShardInput {
  /** id of the embedding space */
  readonly space: string;
  /** ascending by UTF-8 bytes (`compareIds`), each once */
  readonly ids: readonly string[];
  /** absent: every row is its own only variant */
  readonly variants?: VariantInput;
  readonly embeddings: EmbeddingInput;
  /** absent: tied to `embeddings` */
  readonly queryEmbeddings?: EmbeddingInput;
  readonly content?: EmbeddingInput;
  readonly tokens?: TokenInput;
  /** `categories[0]` and `brands[0]` stand for "missing" */
  readonly categories: readonly string[];
  readonly brands: readonly string[];
  /** absent or all zeros: costs nothing and reads as zeros */
  readonly columns: Partial<Record<ColumnName, Float32Array>>;
  /** where a column should be stored otherwise than by `DEFAULT_CODECS` */
  readonly codecs?: Partial<Record<ColumnName, CodecChoice>>;
  readonly markets: readonly MarketInput[];
  /** what the file is to carry besides, derived from the shard as its readers will decode it; absent: nothing */
  readonly derive?: (shard: Shard) => Derived;
}

export interface MarketInput {
  readonly market: string;
  readonly currency: string;
  /** per row; 0 is "missing" */
  readonly price: Float32Array;
  /** per variant (per row where there are none): 1 in stock */
  readonly variantInStock: Uint8Array;
}

const Coding = v.object({ codec: v.picklist(CODECS), scale: Size });
export const ShardMeta = v.object({
  space: v.string(),
  items: Count,
  variants: v.nullable(Count),
  categories: Count,
  brands: Count,
  embeddings: EmbeddingMeta,
  queryEmbeddings: v.nullable(EmbeddingMeta),
  content: v.nullable(EmbeddingMeta),
  columns: v.record(v.string(), Coding),
  markets: v.pipe(
    v.array(v.object({ market: v.string(), currency: v.string(), price: Coding })),
    v.maxLength(256),
  ),
});
export type ShardMeta = v.InferOutput<typeof ShardMeta>;
const TABLES = ['embeddings', 'queryEmbeddings', 'content'] as const;

/** @throws BundleError `input`, naming what does not fit */
export function encodeShard(input: ShardInput): Uint8Array<ArrayBuffer> {
  const items = input.ids.length;
  demand(items <= MOST_ITEMS, 'input', () => `Found ${items} items, expected at most ${MOST_ITEMS}.`);
  const sections: Record<string, SectionArray> = { ...stringSections('ids', encodeIds(input.ids, 'ids')) };
  const own = input.variants && !areItems(input.variants, input.ids) ? input.variants : undefined;
  if (own) Object.assign(sections, encodeVariants(own, input.ids));
  const tables = { embeddings: null, queryEmbeddings: null, content: null } as Record<
    (typeof TABLES)[number],
    EmbeddingMeta | null
  >;
  for (const name of TABLES) {
    const table = input[name];
    if (table === undefined) continue;
    const encoded = encodeEmbedding(table, items, name);
    tables[name] = encoded.meta;
    Object.assign(sections, encoded.sections);
  }
  if (input.tokens) Object.assign(sections, encodeTokens(input.tokens, items));
  for (const name of ['categories', 'brands'] as const)
    Object.assign(sections, stringSections(name, encodeStrings(input[name], name)));
  const meta = {
    space: input.space,
    items,
    variants: own ? own.ids.length : null,
    categories: input.categories.length,
    brands: input.brands.length,
    ...tables,
    columns: encodeColumns(input, sections),
    markets: encodeMarkets(input, own ? own.ids.length : items, sections),
  };
  const bytes = encodeContainer({ kind: 'shard', version: SHARD_VERSION, meta, sections });
  if (input.derive === undefined) return bytes;
  Object.assign(sections, encodeDerived(input.derive(decodeShard(bytes))));
  return encodeContainer({ kind: 'shard', version: SHARD_VERSION, meta, sections });
}

function encodeColumns(input: ShardInput, sections: Record<string, SectionArray>): ShardMeta['columns'] {
  const metas: ShardMeta['columns'] = {};
  for (const name of COLUMNS) {
    const values = input.columns[name];
    if (values === undefined) continue;
    demand(
      values.length === input.ids.length,
      'input',
      () => `Column ${name}: found ${values.length} values, expected ${input.ids.length}.`,
    );
    if (values.every((x) => x === 0)) continue;
    const coded = encodeColumn(values, name, input.codecs?.[name] ?? DEFAULT_CODECS[name]);
    metas[name] = { codec: coded.codec, scale: coded.scale };
    sections[`col.${name}`] = coded.values;
  }
  demandNamed(input.columns.category, input.categories.length, 'category');
  demandNamed(input.columns.brand, input.brands.length, 'brand');
  return metas;
}

function demandNamed(column: Float32Array | undefined, names: number, name: string): void {
  const row = column?.findIndex((index) => index > 0 && index >= names) ?? -1;
  demand(
    row < 0,
    'input',
    () => `Column ${name}, row ${row}: found index ${column?.[row]}, expected less than ${names}.`,
  );
}

function encodeMarkets(
  input: ShardInput,
  variants: number,
  sections: Record<string, SectionArray>,
): ShardMeta['markets'] {
  return input.markets.map(({ market, currency, price, variantInStock }, m) => {
    const items = input.ids.length;
    demand(
      price.length === items,
      'input',
      () => `Market ${market}: found ${price.length} prices, expected ${items}.`,
    );
    demand(
      variantInStock.length === variants,
      'input',
      () => `Market ${market}: found stock of ${variantInStock.length} variants, expected ${variants}.`,
    );
    const coded = encodeColumn(price, `price of ${market}`, 'cents');
    sections[`m${m}.price`] = coded.values;
    sections[`m${m}.stock`] = packBits(variantInStock);
    return { market, currency, price: { codec: coded.codec, scale: coded.scale } };
  });
}

function packBits(flags: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(flags.length / 8));
  for (const [i, flag] of flags.entries()) if (flag) bits[i >>> 3]! |= 1 << (i & 7);
  return bits;
}

function unpackBits(bits: Uint8Array, count: number): Uint8Array {
  const flags = new Uint8Array(count);
  for (let i = 0; i < count; i++) flags[i] = (bits[i >>> 3]! >>> (i & 7)) & 1;
  return flags;
}

/**
 * Everything stays where it lies in `bytes` until it is read.
 * @throws BundleError; never anything else, whatever `bytes` hold. That ids ascend and indices have names is said by
 * `checkShard`, not here: bytes whose hash was verified need not be walked
 */
export function decodeShard(bytes: Uint8Array): Shard {
  const { container, meta } = openShard(bytes);
  const { items } = meta;
  const ids = decodeIds(container, 'ids', items);
  const variants =
    meta.variants === null ? itemsAsVariants(ids) : decodeVariants(container, items, meta.variants);
  const embeddings = decodeEmbedding(container, meta.embeddings, items, 'embeddings');
  const query =
    meta.queryEmbeddings && decodeEmbedding(container, meta.queryEmbeddings, items, 'queryEmbeddings');
  const content = meta.content && decodeEmbedding(container, meta.content, items, 'content');
  const names = {
    categories: everyString(container, 'categories', meta.categories),
    brands: everyString(container, 'brands', meta.brands),
  };
  return {
    items,
    space: meta.space,
    ids,
    variants,
    embeddings,
    queryEmbeddings: query ?? embeddings,
    content: content ?? undefined,
    tokens: decodeTokens(container, items),
    ...names,
    derived: decodeDerived(container, names),
    markets: meta.markets.map((market, m) =>
      decodeMarket(container, meta, { ...market, m }, variants.ids.size),
    ),
    ...columnReaders(container, meta),
  };
}

function openShard(bytes: Uint8Array): { readonly container: Container; readonly meta: ShardMeta } {
  const container = decodeContainer(bytes, 'shard', SHARD_VERSION);
  return { container, meta: parseMeta(ShardMeta, container.meta) };
}

/**
 * Walks all rows, for those who make or publish a file.
 * @throws BundleError `content` where an item would not be found, or would be told another's
 */
export function checkShard(bytes: Uint8Array): void {
  const { container, meta } = openShard(bytes);
  checkIds(container, 'ids', meta.items);
  if (meta.variants !== null) checkIds(container, 'variants', meta.variants);
  checkTokens(container);
  const shard = decodeShard(bytes);
  checkDerived(shard);
  const { stored, categories, brands } = shard;
  for (const [name, section, names] of [
    ['category', 'categories', categories],
    ['brand', 'brands', brands],
  ] as const) {
    checkStrings(container, section);
    const most = largest(stored(name)?.codes ?? []);
    demand(
      most === 0 || most < names.length,
      'content',
      () => `Column ${name}: found index ${most}, expected less than ${names.length}.`,
    );
  }
}

const coded = (
  container: Container,
  name: string,
  coding: v.InferOutput<typeof Coding>,
  length: number,
): CodedColumn => ({
  ...coding,
  values: container.section(name, codecDtype[coding.codec], length),
});

function decodeMarket(
  container: Container,
  meta: ShardMeta,
  found: ShardMeta['markets'][number] & { m: number },
  variants: number,
): MarketColumns {
  const stock = container.section(`m${found.m}.stock`, 'u8', Math.ceil(variants / 8));
  const prices = coded(container, `m${found.m}.price`, found.price, meta.items);
  return {
    market: found.market as MarketId,
    currency: found.currency,
    stored: { price: storedColumn(prices), stock },
    get price() {
      return decodeColumn(prices);
    },
    get variantInStock() {
      return unpackBits(stock, variants);
    },
  };
}

function columnReaders(container: Container, meta: ShardMeta): Pick<Shard, 'column' | 'stored'> {
  const all = new Map<string, CodedColumn>();
  for (const [name, coding] of Object.entries(meta.columns))
    all.set(name, coded(container, `col.${name}`, coding, meta.items));
  // Whoever reads a column keeps what it needs of it: none stays decoded for its own sake.
  const decoded = new Map<string, WeakRef<Float32Array>>();
  return {
    column: (name) => {
      const known = decoded.get(name)?.deref();
      if (known) return known;
      const column = all.get(name);
      const values = column ? decodeColumn(column) : new Float32Array(meta.items);
      decoded.set(name, new WeakRef(values));
      return values;
    },
    stored: (name) => {
      const column = all.get(name);
      return column && storedColumn(column);
    },
  };
}
