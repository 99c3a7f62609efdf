import type { CategoryEmbedding, DenseLayer, NetworkSpec, Standard } from '../contract.ts';
import { splitFirst } from '../split.ts';
import { type Host, roundUp } from './host.ts';
import { type Place, placeFloats, placePart, STEP, type Working, widthOf } from './part.ts';

/** Layer 0: what is the same for all rows, what categories add, and the other inputs. */
export interface First {
  readonly width: number;
  working(rows: number): number;
  /**
   * Before the tiles of a call: adds up what is the same for all rows, and what categories not met before add. First
   * embeddings of which all rows have one category are the same for all rows too.
   */
  open(x: Place, given: Given, call: Working): void;
  /** The `count` rows of a tile from `row` on, whose inputs lie at `x`. */
  add(tile: Tile, y: Place, call: Working): void;
  free(): void;
}

export interface Given {
  readonly categories: Uint16Array | undefined;
  /** room for the categories of the rows and of one row more */
  readonly room: number;
  /** bytes from an input to the next one of its row */
  readonly toColumn: number;
}

export interface Tile {
  readonly x: Place;
  readonly row: number;
  readonly count: number;
}

export function placeFirst(host: Host, spec: NetworkSpec): First {
  const { exports, memory } = host;
  const { whole, rest, embeddings } = splitFirst(spec);
  const wholePart = placePart(host, whole.layer, true);
  const restPart = placePart(host, rest.layer, true);
  const wholeColumns = placeColumns(host, whole.columns, spec.standard);
  const restColumns = placeColumns(host, rest.columns, spec.standard);
  const biasAt = placeFloats(host, spec.layers[0]!.bias);
  const zerosAt = placeFloats(host, new Float32Array(restPart.width));
  // The first of these rows is the one.
  const beginAt = memory.take(4 * STEP * restPart.width);
  const lookups = embeddings.map(({ embedding, layer }) =>
    placeLookup(host, embedding, [layer, { at: zerosAt, stride: 0 }]),
  );
  const lookupsAt = memory.take(4 * lookups.length);
  for (const [k, { tableAt }] of lookups.entries()) memory.views.u32[lookupsAt / 4 + k] = tableAt;
  const { width } = restPart;
  const gathered = Math.max(wholeColumns.stride, restColumns.stride);
  let shared = 0;
  let othersAt = 0;
  const working = (rows: number) =>
    rows * gathered + Math.max(wholePart.working(STEP), restPart.working(rows));
  return {
    width,
    working: (rows) => roundUp(working(Math.max(STEP, rows)), 16),
    open: (x, { categories = NONE, room, toColumn }, { at }) => {
      wholeColumns.lay(toColumn);
      restColumns.lay(toColumn);
      for (let i = 0; i < categories.length; i += lookups.length)
        for (let k = 0; k < lookups.length; k++) lookups[k]!.meet(categories[i + k]!);
      shared = sharedOf(categories, lookups.length);
      othersAt = room;
      const sharedAt = placeCategories(memory.views.u16, categories, { count: lookups.length, shared, room });
      const z = wholeColumns.gather(x, 1, at);
      const call = { rows: STEP, at: at + STEP * wholeColumns.stride, relu: false };
      wholePart.add(
        { at: z.at, stride: 0 },
        { at: biasAt, stride: 0 },
        { at: beginAt, stride: 4 * width },
        call,
      );
      if (shared > 0) exports.embed(beginAt, 4 * width, 1, lookupsAt, shared, sharedAt, beginAt);
    },
    add: ({ x, row, count }, y, { rows, at, relu }) => {
      const others = lookups.length - shared;
      let start: Place = { at: beginAt, stride: 0 };
      if (others > 0) {
        const from = othersAt + 2 * row * others;
        exports.embed(beginAt, 4 * width, count, lookupsAt + 4 * shared, others, from, y.at);
        start = y;
      }
      const z = restColumns.gather(x, count, at);
      restPart.add(z, start, y, { rows, at: at + rows * gathered, relu });
    },
    free: () => {
      for (const part of [wholePart, restPart, wholeColumns, restColumns, ...lookups]) part.free();
      for (const block of [biasAt, zerosAt, beginAt, lookupsAt]) memory.give(block);
    },
  };
}

const NONE = new Uint16Array(0);

/** How many of the first embeddings have one category for all rows. */
function sharedOf(categories: Uint16Array, count: number): number {
  if (categories.length === 0) return 0;
  for (let k = 0; k < count; k++)
    for (let i = k + count; i < categories.length; i += count) if (categories[i] !== categories[k]) return k;
  return count;
}

/** Categories of the embeddings that differ, row by row, then those that all rows share. @returns where the latter lie */
function placeCategories(
  u16: Uint16Array,
  categories: Uint16Array,
  { count, shared, room }: { readonly count: number; readonly shared: number; readonly room: number },
): number {
  let to = room / 2;
  for (let i = 0; i < categories.length; i += count)
    for (let k = shared; k < count; k++) u16[to++] = categories[i + k]!;
  for (let k = 0; k < shared; k++) u16[to + k] = categories[k]!;
  return 2 * to;
}

interface Columns {
  /** bytes of a gathered row */
  readonly stride: number;
  /** Where columns lie from a row's start, `toColumn` bytes apart. */
  lay(toColumn: number): void;
  gather(x: Place, rows: number, to: number): Place;
  free(): void;
}

function placeColumns(host: Host, columns: readonly number[], standard: Standard | undefined): Columns {
  const { exports, memory } = host;
  const count = roundUp(columns.length, 4);
  const stride = 4 * widthOf(columns.length);
  const at = memory.take(12 * count);
  const { f32 } = memory.views;
  for (let i = 0; i < count; i++) {
    // Padding reads any column; `clear` makes zeros of it.
    const column = columns[i] ?? 0;
    const deviation = standard?.deviations[column] ?? 1;
    f32[at / 4 + count + i] = standard?.means[column] ?? 0;
    f32[at / 4 + 2 * count + i] = deviation > 0 ? 1 / deviation : 0;
  }
  const most = standard?.most ?? Number.POSITIVE_INFINITY;
  const [means, inverses] = [at + 4 * count, at + 8 * count];
  let laid = 0;
  return {
    stride,
    lay: (toColumn) => {
      if (toColumn === laid) return;
      laid = toColumn;
      for (let i = 0; i < count; i++) memory.views.u32[at / 4 + i] = toColumn * (columns[i] ?? 0);
    },
    gather: (x, rows, to) => {
      if (x.stride === 4 && rows > 1)
        exports.transpose(x.at, rows, at, means, inverses, most, count, to, stride);
      else exports.gather(x.at, x.stride, rows, at, means, inverses, most, count, to, stride);
      if (4 * columns.length < stride) exports.clear(to, stride, rows, 4 * columns.length, stride);
      return { at: to, stride };
    },
    free: () => memory.give(at),
  };
}

interface Lookup {
  /** a row of `width` floats a category */
  readonly tableAt: number;
  /** Computes what the category adds, unless that is done. */
  meet(category: number): void;
  free(): void;
}

/** Categories are met four at a time, as rows are computed. The table's pages are touched as categories are met. */
function placeLookup(
  host: Host,
  { vocabulary, dims, values }: CategoryEmbedding,
  [layer, zeros]: readonly [DenseLayer, Place],
): Lookup {
  const { memory } = host;
  const part = placePart(host, layer, true);
  const padded = roundUp(vocabulary, 4);
  const valuesAt = placeFloats(host, values, padded * dims);
  const bytes = 4 * part.width;
  const tableAt = memory.take(padded * bytes);
  const met = new Uint8Array(padded / 4);
  return {
    tableAt,
    meet: (category) => {
      const four = category >>> 2;
      if (met[four] === 1) return;
      met[four] = 1;
      const x = { at: valuesAt + 16 * four * dims, stride: 4 * dims };
      part.add(x, zeros, { at: tableAt + 4 * four * bytes, stride: bytes }, { rows: 4, at: 0, relu: false });
    },
    free: () => {
      part.free();
      for (const block of [valuesAt, tableAt]) memory.give(block);
    },
  };
}
