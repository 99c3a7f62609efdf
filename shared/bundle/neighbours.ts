import * as v from 'valibot';
import { type Container, decodeContainer, encodeContainer, type SectionArray } from './container.ts';
import type { NeighbourList, Neighbours } from './contract.ts';
import { demand } from './error.ts';
import { fromHalf, toHalf } from './float16.ts';
import { Count, MOST_ITEMS, parseMeta, Size } from './meta.ts';
import { largest, narrow } from './narrow.ts';
import { offsetsOf, unsignedSection } from './strings.ts';

const NEIGHBOURS_VERSION = 2;
const MOST_CUT = 1024;

/** Weighted lists before truncation: row r has entries offsets[r] .. offsets[r+1], in any order. */
export interface SparseLike {
  readonly items: number;
  readonly offsets: ArrayLike<number>;
  readonly ids: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
  /** a byte an entry, kept beside it as it is */
  readonly pairs?: ArrayLike<number>;
}

export interface NeighbourOptions {
  /** most entries a row keeps: its largest weights, ties by lower id */
  readonly cut: number;
  /** of a weight */
  readonly bits: 4 | 8;
}

const NeighboursMeta = v.object({
  items: Count,
  entries: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_ITEMS * 16)),
  cut: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_CUT)),
  bits: v.picklist([4, 8]),
  /** largest weight; row maxima are halves relative to it */
  scale: Size,
});
type NeighboursMeta = v.InferOutput<typeof NeighboursMeta>;

/**
 * A row keeps its `cut` largest positive weights. A weight is k = round((2^bits - 1) sqrt(w / rowmax)), 1 at least,
 * and the row's maximum a half; lists are stored best first (k descending, id ascending), which is the decoded order.
 * Sections: `count` a row, `most` (halves, of rows that have entries), `weights`, `pairs` where given, and ids as planes, `ids.0` their lowest
 * bytes, since bytes of one meaning side by side compress better.
 * @throws BundleError `input` for an unknown id, one twice in a row, or a weight that is not finite
 */
export function encodeNeighbours(rows: SparseLike, { cut, bits }: NeighbourOptions): Uint8Array<ArrayBuffer> {
  demand(
    Number.isInteger(cut) && cut >= 1 && cut <= MOST_CUT,
    'input',
    () => `Found cut ${cut}, expected 1 to ${MOST_CUT}.`,
  );
  demand(bits === 4 || bits === 8, 'input', () => `Found ${bits} bits, expected 4 or 8.`);
  demand(
    rows.offsets.length === rows.items + 1,
    'input',
    () => `Found ${rows.offsets.length} offsets, expected ${rows.items + 1}.`,
  );
  const scale = largest(rows.weights);
  const counts: number[] = [];
  const halves: number[] = [];
  const ids: number[] = [];
  const weights: number[] = [];
  const pairs: number[] = [];
  for (let r = 0; r < rows.items; r++) {
    const kept = keptEntries(rows, r, cut);
    counts.push(kept.length);
    if (kept.length === 0) continue;
    const rowMost = kept[0]!.weight;
    // The smallest half above 0 stands for whatever is smaller, so that no list vanishes.
    halves.push(Math.max(1, toHalf(rowMost / scale)));
    for (const { id, k, pair } of quantised(kept, rowMost, bits)) {
      ids.push(id);
      weights.push(k);
      pairs.push(pair);
    }
  }
  const meta: NeighboursMeta = { items: rows.items, entries: ids.length, cut, bits, scale };
  const sections: Record<string, SectionArray> = {
    count: narrow(counts),
    most: Uint16Array.from(halves),
    ...planesOf(ids, rows.items),
    weights: bits === 8 ? Uint8Array.from(weights) : packNibbles(weights),
    ...(rows.pairs ? { pairs: Uint8Array.from(pairs) } : {}),
  };
  return encodeContainer({ kind: 'neighbours', version: NEIGHBOURS_VERSION, meta, sections });
}

/** How a file was packed, so that a part of it is packed alike. */
export function neighbourOptions(bytes: Uint8Array): NeighbourOptions {
  const { cut, bits } = parseMeta(
    NeighboursMeta,
    decodeContainer(bytes, 'neighbours', NEIGHBOURS_VERSION).meta,
  );
  return { cut, bits };
}

interface Entry {
  readonly id: number;
  readonly weight: number;
  readonly pair: number;
}

function keptEntries(rows: SparseLike, r: number, cut: number): Entry[] {
  const entries: Entry[] = [];
  for (let i = rows.offsets[r]!; i < rows.offsets[r + 1]!; i++) {
    const id = rows.ids[i]!;
    const weight = rows.weights[i]!;
    demand(
      Number.isInteger(id) && id >= 0 && id < rows.items,
      'input',
      () => `Row ${r}: found id ${id}, expected 0 to ${rows.items - 1}.`,
    );
    demand(
      weight - weight === 0,
      'input',
      () => `Row ${r}: found weight ${weight}, expected a finite number.`,
    );
    if (weight > 0) entries.push({ id, weight, pair: rows.pairs?.[i] ?? 0 });
  }
  entries.sort((a, b) => b.weight - a.weight || a.id - b.id);
  const kept = entries.slice(0, cut);
  const distinct = new Set(kept.map((entry) => entry.id)).size;
  demand(
    distinct === kept.length,
    'input',
    () => `Row ${r}: found ${kept.length - distinct} ids twice, expected each once.`,
  );
  return kept;
}

interface Quantised extends Omit<Entry, 'weight'> {
  readonly k: number;
}

function quantised(kept: readonly Entry[], rowMost: number, bits: 4 | 8): Quantised[] {
  const steps = (1 << bits) - 1;
  return kept
    .map(({ id, weight, pair }) => ({
      id,
      k: Math.max(1, Math.round(steps * Math.sqrt(weight / rowMost))),
      pair,
    }))
    .sort((a, b) => b.k - a.k || a.id - b.id);
}

const planes = (items: number): number => (items <= 2 ** 8 ? 1 : items <= 2 ** 16 ? 2 : 3);

function planesOf(ids: readonly number[], items: number): Record<string, SectionArray> {
  return Object.fromEntries(
    Array.from({ length: planes(items) }, (_, plane) => [
      `ids.${plane}`,
      Uint8Array.from(ids, (id) => id >>> (8 * plane)),
    ]),
  );
}

function packNibbles(weights: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(weights.length / 2));
  for (const [i, k] of weights.entries()) bytes[i >>> 1]! |= k << (4 * (i & 1));
  return bytes;
}

/** @throws BundleError; never anything else, whatever `bytes` hold. Every id is below `items`. */
export function decodeNeighbours(bytes: Uint8Array): Neighbours {
  const container = decodeContainer(bytes, 'neighbours', NEIGHBOURS_VERSION);
  const meta = parseMeta(NeighboursMeta, container.meta);
  const { items } = meta;
  const offsets = offsetsOf(unsignedSection(container, 'count', items), meta.entries, 'count');
  const pairs =
    container.dtype('pairs') === undefined ? undefined : container.section('pairs', 'u8', meta.entries);
  const list = idReader(container, meta);
  const one = new Float32Array(1);
  const readWeights = weightReader(container, meta, offsets);
  const unpack = (row: number, { ids, weights }: NeighbourList, to: number): void => {
    const from = offsets[row]!;
    const count = offsets[row + 1]! - from;
    list.read(from, count, { ids, to });
    readWeights(row, from, { weights, to, count });
  };
  const everything = (): NeighbourList => {
    const all = { ids: new Uint32Array(meta.entries), weights: new Float32Array(meta.entries) };
    for (let row = 0; row < items; row++) unpack(row, all, offsets[row]!);
    return all;
  };
  return {
    items,
    offsets,
    longest: longestOf(offsets),
    pairs,
    read: (row, into) => {
      unpack(row, into, 0);
      return offsets[row + 1]! - offsets[row]!;
    },
    weightOf: (row, neighbour) => {
      const entry = list.find(neighbour, offsets[row]!, offsets[row + 1]!);
      if (entry < 0) return 0;
      readWeights(row, entry, { weights: one, to: 0, count: 1 });
      return one[0]!;
    },
    get ids() {
      return everything().ids;
    },
    get weights() {
      return everything().weights;
    },
  };
}

/** Ids lie in planes of eight bits, so each is put together where it is read. */
function idReader(container: Container, { items, entries }: NeighboursMeta) {
  const all = Array.from({ length: planes(items) }, (_, plane) =>
    container.section(`ids.${plane}`, 'u8', entries),
  );
  const none = new Uint8Array(0);
  const [low, middle = none, high = none, top = none] = all as [Uint8Array, ...Uint8Array[]];
  const at = (i: number): number =>
    (low[i]! | ((middle[i] ?? 0) << 8) | ((high[i] ?? 0) << 16) | ((top[i] ?? 0) << 24)) >>> 0;
  const most = largestId(all);
  demand(entries === 0 || most < items, 'content', () => `ids: found ${most}, expected less than ${items}.`);
  return {
    read: (from: number, count: number, { ids, to }: { ids: Uint32Array; to: number }): void => {
      for (let i = 0; i < count; i++) ids[to + i] = at(from + i);
    },
    /** @returns the entry of an id; -1 where it is not among them */
    find: (id: number, from: number, end: number): number => {
      for (let i = from; i < end; i++) if (low[i] === (id & 255) && at(i) === id) return i;
      return -1;
    },
  };
}

/** Only ids with the largest top byte can be the largest: the planes below are read for those alone. */
function largestId(all: readonly Uint8Array[]): number {
  let candidates: (i: number) => boolean = () => true;
  let most = 0;
  for (const plane of [...all].reverse()) {
    const among = candidates;
    let here = 0;
    for (let i = 0; i < plane.length; i++) if (plane[i]! > here && among(i)) here = plane[i]!;
    candidates = (i) => plane[i] === here && among(i);
    most = most * 256 + here;
  }
  return most;
}

function weightReader(container: Container, meta: NeighboursMeta, offsets: Uint32Array) {
  const { items, entries, bits, scale } = meta;
  const packed = container.section('weights', 'u8', bits === 8 ? entries : Math.ceil(entries / 2));
  const filled = filledRows(offsets);
  const halves = container.section('most', 'u16', filled);
  const steps = (1 << bits) - 1;
  const shares = Float64Array.from({ length: steps + 1 }, (_, k) => (k / steps) * (k / steps));
  /** of the row's entry in `halves`: rows without a list have none */
  const mosts = new Uint16Array(items);
  for (let r = 0, row = 0; r < items; r++) if (offsets[r + 1]! > offsets[r]!) mosts[r] = halves[row++]!;
  return (
    row: number,
    from: number,
    { weights, to, count }: { weights: Float32Array; to: number; count: number },
  ): void => {
    const rowMost = scale * fromHalf(mosts[row]!);
    for (let i = 0; i < count; i++) {
      const at = from + i;
      const k = bits === 8 ? packed[at]! : (packed[at >>> 1]! >>> (4 * (at & 1))) & 15;
      weights[to + i] = rowMost * shares[k]!;
    }
  };
}

function filledRows(offsets: Uint32Array): number {
  let filled = 0;
  for (let r = 0; r + 1 < offsets.length; r++) if (offsets[r + 1]! > offsets[r]!) filled++;
  return filled;
}

function longestOf(offsets: Uint32Array): number {
  let longest = 0;
  for (let r = 0; r + 1 < offsets.length; r++) longest = Math.max(longest, offsets[r + 1]! - offsets[r]!);
  return longest;
}
