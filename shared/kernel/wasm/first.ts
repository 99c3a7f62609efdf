import type { NetworkSpec } from '../contract.ts';
import { pick, range, type Sorted, sorterOf, splitEmbeddings } from '../split.ts';
import { type Columns, placeColumns } from './columns.ts';
import { type Host, roundUp } from './host.ts';
import { placeLookup } from './lookup.ts';
import {
  type Part,
  type Place,
  placeChoice,
  placeFloats,
  placeMatrix,
  placePart,
  STEP,
  type Working,
  widthOf,
} from './part.ts';

/** Layer 0: what is the same for all rows, what categories add, and the other inputs. */
export interface First {
  readonly width: number;
  working(rows: number): number;
  /**
   * Before the tiles of a call: adds up what is the same for all rows, and what categories not met before add. First
   * embeddings of which all rows have one category are the same for all rows too. May move the memory.
   */
  open(x: Place, given: Given, call: Working): void;
  /** The `count` rows of a tile from `row` on, whose inputs lie at `x`. */
  add(tile: Tile, y: Place, call: Working): void;
  free(): void;
}

export interface Given {
  readonly rows: number;
  readonly categories: Uint16Array | undefined;
  /** room for the categories of the rows */
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
  const layer = spec.layers[0]!;
  const sort = sorterOf(spec);
  const halves = placeHalves(host, spec);
  const { wholePart, restPart } = halves;
  const [wholeColumns, restColumns] = [0, 1].map(() => placeColumns(host, spec.dense, spec.standard)) as [
    Columns,
    Columns,
  ];
  const width = widthOf(layer.outputs);
  const biasAt = placeFloats(host, layer.bias);
  // The first of these rows is the one.
  const beginAt = memory.take(4 * STEP * width);
  const added = splitEmbeddings(spec);
  const zerosAt = placeFloats(host, new Float32Array(width + added.length));
  const lookups = added.map((one) =>
    placeLookup(host, one.embedding, [one.layer, { at: zerosAt, stride: 0 }]),
  );
  // Addresses of what the embeddings add, in two lists.
  const lookupsAt = memory.take(8 * lookups.length);
  const foundAt = lookupsAt + 4 * lookups.length;
  const gathered = 4 * widthOf(spec.dense);
  let shared = 0;
  let othersAt = 0;

  /** Places categories, and the addresses of what they add. */
  const meet = ({ categories = NONE, room }: Given): void => {
    const count = lookups.length;
    shared = sharedOf(categories, count);
    othersAt = room;
    const at = lookups.map((lookup, k) => (k < shared ? lookup.one(categories[k]!) : lookup.table()));
    const { u16, u32 } = memory.views;
    for (let k = 0; k < count; k++) u32[lookupsAt / 4 + k] = at[k]!;
    let to = room / 2;
    for (let i = 0; i < categories.length; i += count)
      for (let k = shared; k < count; k++) u16[to++] = lookups[k]!.row(categories[i + k]!);
    for (let k = shared; k < count; k++) lookups[k]!.settle();
  };

  return {
    width,
    working: (rows) =>
      roundUp(
        Math.max(STEP, rows) * gathered +
          Math.max(wholePart.working(STEP), restPart.working(Math.max(STEP, rows))),
        16,
      ),
    open: (x, given, { at }) => {
      meet(given);
      const { f32: values } = memory.views;
      const { rows, toColumn } = given;
      const sorted = sort({ values, at: x.at / 4, rows, toRow: x.stride / 4, toColumn: toColumn / 4 });
      halves.choose(sorted);
      wholeColumns.choose(sorted.whole, toColumn);
      restColumns.choose(sorted.rest, toColumn);
      const z = wholeColumns.gather(x, 1, at);
      const call = { rows: STEP, at: at + STEP * gathered, relu: false };
      const begin = { at: beginAt, stride: 4 * width };
      wholePart.add({ at: z.at, stride: 0 }, { at: biasAt, stride: 0 }, begin, call);
      // Each row is the one that its embedding has: as if of category 0.
      if (shared > 0) exports.embed(beginAt, 4 * width, 1, lookupsAt, shared, zerosAt, beginAt, foundAt);
    },
    add: ({ x, row, count }, y, { rows, at, relu }) => {
      const others = lookups.length - shared;
      let start: Place = { at: beginAt, stride: 0 };
      if (others > 0) {
        const from = othersAt + 2 * row * others;
        exports.embed(beginAt, 4 * width, count, lookupsAt + 4 * shared, others, from, y.at, foundAt);
        start = y;
      }
      const z = restColumns.gather(x, count, at);
      restPart.add(z, start, y, { rows, at: at + rows * gathered, relu });
    },
    free: () => {
      for (const part of [halves, wholeColumns, restColumns, ...lookups]) part.free();
      for (const block of [biasAt, zerosAt, beginAt, lookupsAt]) memory.give(block);
    },
  };
}

const NONE = new Uint16Array(0);

interface Halves {
  readonly wholePart: Part;
  readonly restPart: Part;
  /** Which inputs each of them reads; only a quantised layer's change. */
  choose(sorted: Sorted): void;
  free(): void;
}

function placeHalves(host: Host, { dense, layers, whole = [] }: NetworkSpec): Halves {
  const layer = layers[0]!;
  const inputs = range(0, dense);
  if (!('scales' in layer)) {
    const rest = inputs.filter((at) => !whole.includes(at));
    const [wholePart, restPart] = [whole, rest].map((some) => placePart(host, pick(layer, some), true));
    return halvesOf([wholePart!, restPart!], () => undefined);
  }
  const matrix = placeMatrix(host, pick(layer, inputs));
  const [wholePart, restPart] = [placeChoice(host, matrix, true), placeChoice(host, matrix, true)];
  let chosen: Sorted | undefined;
  const choose = (sorted: Sorted): void => {
    if (sorted === chosen) return;
    chosen = sorted;
    wholePart.choose(sorted.whole);
    restPart.choose(sorted.rest);
  };
  return halvesOf([wholePart, restPart], choose, matrix);
}

const halvesOf = (
  [wholePart, restPart]: readonly [Part, Part],
  choose: Halves['choose'],
  matrix?: { free(): void },
): Halves => ({
  wholePart,
  restPart,
  choose,
  free: () => {
    for (const part of [wholePart, restPart, matrix]) part?.free();
  },
});

/** How many of the first embeddings have one category for all rows. */
function sharedOf(categories: Uint16Array, count: number): number {
  if (categories.length === 0) return 0;
  for (let k = 0; k < count; k++)
    for (let i = k + count; i < categories.length; i += count) if (categories[i] !== categories[k]) return k;
  return count;
}
