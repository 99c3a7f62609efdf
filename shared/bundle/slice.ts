import { decodeCards, encodeCards } from './cards.ts';
import { type Container, decodeContainer, encodeContainer, type SectionArray } from './container.ts';
import type { IdTable, TokenTable } from './contract.ts';
import { demand } from './error.ts';
import { parseMeta } from './meta.ts';
import { narrow } from './narrow.ts';
import { decodeNeighbours, encodeNeighbours, neighbourOptions } from './neighbours.ts';
import { decodeShard, SHARD_VERSION, ShardMeta } from './shard.ts';
import { encodeIds, encodeStrings, stringSections } from './strings.ts';
import { decodeTokens, encodeTokens } from './tokens.ts';

/**
 * Some rows of a shard as a shard of its own. What is kept of an item is kept to the bit: embeddings, scales and columns
 * are copied as they are stored, so that both shards score an item alike. What a shard derives from all its items is left
 * to the slice's reader: its items are few.
 * @param rows ascending, each once
 * @throws BundleError `input` for rows out of order or out of range
 */
export function sliceShard(bytes: Uint8Array, rows: Uint32Array): Uint8Array<ArrayBuffer> {
  const container = decodeContainer(bytes, 'shard', SHARD_VERSION);
  const meta = parseMeta(ShardMeta, container.meta);
  demandRows(rows, meta.items);
  const { ids, variants, categories, brands } = decodeShard(bytes);
  const sections: Record<string, SectionArray> = {
    ...stringSections(
      'ids',
      encodeIds(
        Array.from(rows, (row) => ids.idAt(row)),
        'ids',
      ),
    ),
  };
  const kept = meta.variants === null ? rows : keptVariants(variants.rowOf, rows, meta.items);
  if (meta.variants !== null) {
    const names = Array.from(kept, (variant) => variants.ids.idAt(variant));
    const place = placesOf(rows, meta.items);
    Object.assign(sections, stringSections('variants', encodeIds(names, 'variants')), {
      'variants.row': narrow(Array.from(kept, (variant) => place[variants.rowOf[variant]!]! - 1)),
    });
  }
  for (const name of ['embeddings', 'queryEmbeddings', 'content'] as const) {
    const table = meta[name];
    if (table === null) continue;
    for (const section of [`${name}.rows`, `${name}.scales`])
      copyRows(container, section, { rows, width: section.endsWith('.rows') ? table.dims : 1, sections });
  }
  Object.assign(sections, sliceTokens(decodeTokens(container, meta.items), rows));
  for (const [name, names] of Object.entries({ categories, brands }))
    Object.assign(sections, stringSections(name, encodeStrings(names, name)));
  for (const name of Object.keys(meta.columns))
    copyRows(container, `col.${name}`, { rows, width: 1, sections });
  for (const m of meta.markets.keys()) {
    copyRows(container, `m${m}.price`, { rows, width: 1, sections });
    sections[`m${m}.stock`] = copyBits(container.section(`m${m}.stock`, 'u8'), kept);
  }
  const own = { ...meta, items: rows.length, variants: meta.variants === null ? null : kept.length };
  return encodeContainer({ kind: 'shard', version: SHARD_VERSION, meta: own, sections });
}

/** Tokens keep their numbers, and what they tell is told of the whole catalogue. */
function sliceTokens(tokens: TokenTable | undefined, rows: Uint32Array): Record<string, SectionArray> {
  if (tokens === undefined) return {};
  const ids: number[] = [];
  const offsets = [0];
  for (const row of rows) {
    for (let at = tokens.offsets[row]!; at < tokens.offsets[row + 1]!; at++) ids.push(tokens.ids[at]!);
    offsets.push(ids.length);
  }
  return encodeTokens({ offsets, ids, idf: tokens.idf }, rows.length);
}

function demandRows(rows: Uint32Array, items: number): void {
  const bad = rows.findIndex((row, i) => row >= items || (i > 0 && row <= rows[i - 1]!));
  demand(
    bad < 0,
    'input',
    () => `Found row ${rows[bad]} at ${bad}, expected ascending rows below ${items}, each once.`,
  );
}

/** By row, its place among `rows` and 1; 0 where it is not kept. */
function placesOf(rows: Uint32Array, items: number): Uint32Array {
  const places = new Uint32Array(items);
  rows.forEach((row, i) => {
    places[row] = i + 1;
  });
  return places;
}

function keptVariants(rowOf: Uint32Array, rows: Uint32Array, items: number): Uint32Array {
  const places = placesOf(rows, items);
  return Uint32Array.from(rowOf.keys()).filter((variant) => places[rowOf[variant]!]! > 0);
}

interface Copying {
  readonly rows: Uint32Array;
  readonly width: number;
  readonly sections: Record<string, SectionArray>;
}

function copyRows(container: Container, name: string, { rows, width, sections }: Copying): void {
  const dtype = container.dtype(name);
  if (dtype === undefined) return;
  const from = container.section(name, dtype);
  const to = new (from.constructor as new (length: number) => SectionArray)(rows.length * width);
  rows.forEach((row, i) => {
    to.set(from.subarray(row * width, (row + 1) * width) as never, i * width);
  });
  sections[name] = to;
}

function copyBits(bits: Uint8Array, kept: Uint32Array): Uint8Array {
  const to = new Uint8Array(Math.ceil(kept.length / 8));
  kept.forEach((from, i) => {
    if ((bits[from >>> 3]! >>> (from & 7)) & 1) to[i >>> 3]! |= 1 << (i & 7);
  });
  return to;
}

/** The lists among some rows: entries that lead elsewhere go. */
export function sliceNeighbours(bytes: Uint8Array, rows: Uint32Array): Uint8Array<ArrayBuffer> {
  const lists = decodeNeighbours(bytes);
  demandRows(rows, lists.items);
  const places = placesOf(rows, lists.items);
  const { ids: listed, weights: weighed } = lists;
  const offsets = [0];
  const ids: number[] = [];
  const weights: number[] = [];
  const pairs: number[] = [];
  for (const row of rows) {
    for (let at = lists.offsets[row]!; at < lists.offsets[row + 1]!; at++) {
      const place = places[listed[at]!]!;
      if (place === 0) continue;
      ids.push(place - 1);
      weights.push(weighed[at]!);
      if (lists.pairs) pairs.push(lists.pairs[at]!);
    }
    offsets.push(ids.length);
  }
  const kept = { items: rows.length, offsets, ids, weights, ...(lists.pairs ? { pairs } : {}) };
  return encodeNeighbours(kept, neighbourOptions(bytes));
}

/**
 * The cards of some variants; those of unknown ones are no cards.
 * @param ids ascending by UTF-8 bytes: variants of the slice that they are to lie beside
 * @param beside variants of the shard that they lie beside
 */
export function sliceCards(
  bytes: Uint8Array,
  ids: readonly string[],
  beside?: IdTable,
): Uint8Array<ArrayBuffer> {
  const cards = decodeCards(bytes, beside);
  return encodeCards(
    ids.map((id) => cards.card(id)).filter((card) => card !== undefined),
    ids,
  );
}
