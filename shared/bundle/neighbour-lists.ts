import * as v from 'valibot';
import { type Container, decodeContainer } from './container.ts';
import type { NeighbourList, Neighbours } from './contract.ts';
import { demand } from './error.ts';
import { fromHalf } from './float16.ts';
import { Count, MOST_ITEMS, parseMeta, Size } from './meta.ts';
import { largest } from './narrow.ts';
import { checkRuns, type Runs, readRuns, unsignedSection } from './runs.ts';

export const NEIGHBOURS_VERSION = 3;
export const MOST_CUT = 1024;

const NeighboursMeta = v.object({
  items: Count,
  entries: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_ITEMS * 16)),
  cut: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_CUT)),
  bits: v.picklist([4, 8]),
  /** largest weight; row maxima are halves relative to it */
  scale: Size,
});
export type NeighboursMeta = v.InferOutput<typeof NeighboursMeta>;

interface Opened {
  readonly container: Container;
  readonly meta: NeighboursMeta;
}

export function openNeighbours(bytes: Uint8Array): Opened {
  const container = decodeContainer(bytes, 'neighbours', NEIGHBOURS_VERSION);
  return { container, meta: parseMeta(NeighboursMeta, container.meta) };
}

const COUNTS = { lengths: 'count', sums: 'sums' } as const;
/** Which of the rows that have a list a row is. */
const FILLED = { lengths: 'count', sums: 'filled', each: 'presence' } as const;

/**
 * Costs the same for any number of items: what a row needs is found when it is read.
 * @throws BundleError; never anything else, whatever `bytes` hold. That every id is below `items` is said by
 * `checkNeighbours`, not here: bytes whose hash was verified need not be walked
 */
export function decodeNeighbours(bytes: Uint8Array): Neighbours {
  const { container, meta } = openNeighbours(bytes);
  const { items, entries } = meta;
  const runs = readRuns(container, COUNTS, { size: items, total: entries });
  const pairs =
    container.dtype('pairs') === undefined ? undefined : container.section('pairs', 'u8', entries);
  const list = idReader(container, meta);
  const readWeights = weightReader(container, meta);
  const one = new Float32Array(1);
  const unpack = (row: number, { ids, weights }: NeighbourList, to: number): number => {
    const from = runs.start(row);
    const count = runs.length(row);
    list.read(from, count, { ids, to });
    readWeights(row, from, { weights, to, count });
    return count;
  };
  const everything = (): NeighbourList => {
    const all = { ids: new Uint32Array(entries), weights: new Float32Array(entries) };
    for (let row = 0; row < items; row++) unpack(row, all, runs.start(row));
    return all;
  };
  let offsets: Uint32Array | undefined;
  return {
    items,
    longest: meta.cut,
    pairs,
    start: runs.start,
    count: runs.length,
    read: (row, into) => unpack(row, into, 0),
    weightOf: (row, neighbour) => {
      const from = runs.start(row);
      const entry = list.find(neighbour, from, from + runs.length(row));
      if (entry < 0) return 0;
      readWeights(row, entry, { weights: one, to: 0, count: 1 });
      return one[0]!;
    },
    get offsets() {
      offsets ??= runs.offsets();
      return offsets;
    },
    get ids() {
      return everything().ids;
    },
    get weights() {
      return everything().weights;
    },
  };
}

/**
 * Walks all rows, for those who make or publish a file.
 * @throws BundleError `content` where a reader would find another row's entries, more than `cut`, or an item that is not there
 */
export function checkNeighbours(bytes: Uint8Array): void {
  const { container, meta } = openNeighbours(bytes);
  for (const runs of [COUNTS, FILLED]) checkRuns(container, runs);
  const longest = largest(unsignedSection(container, 'count', meta.items));
  demand(longest <= meta.cut, 'content', () => `count: found ${longest}, expected at most ${meta.cut}.`);
  const most = largestId(planesIn(container, meta));
  demand(
    meta.entries === 0 || most < meta.items,
    'content',
    () => `ids: found ${most}, expected less than ${meta.items}.`,
  );
}

export const planes = (items: number): number => (items <= 2 ** 8 ? 1 : items <= 2 ** 16 ? 2 : 3);

const planesIn = (container: Container, { items, entries }: NeighboursMeta): Uint8Array[] =>
  Array.from({ length: planes(items) }, (_, plane) => container.section(`ids.${plane}`, 'u8', entries));

/** Ids lie in planes of eight bits, so each is put together where it is read. */
function idReader(container: Container, meta: NeighboursMeta) {
  const all = planesIn(container, meta);
  const none = new Uint8Array(0);
  const [low, middle = none, high = none] = all as [Uint8Array, ...Uint8Array[]];
  const at = (i: number): number => low[i]! | ((middle[i] ?? 0) << 8) | ((high[i] ?? 0) << 16);
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

function weightReader(container: Container, meta: NeighboursMeta) {
  const { items, entries, bits, scale } = meta;
  const packed = container.section('weights', 'u8', bits === 8 ? entries : Math.ceil(entries / 2));
  const halves = container.section('most', 'u16');
  const filled: Runs = readRuns(container, FILLED, { size: items, total: halves.length });
  const steps = (1 << bits) - 1;
  const shares = new Float64Array(steps + 1);
  for (let k = 0; k <= steps; k++) shares[k] = (k / steps) * (k / steps);
  return (
    row: number,
    from: number,
    { weights, to, count }: { weights: Float32Array; to: number; count: number },
  ): void => {
    // Rows without a list have no largest weight.
    const rowMost = scale * fromHalf(halves[filled.start(row)] ?? 0);
    for (let i = 0; i < count; i++) {
      const at = from + i;
      const k = bits === 8 ? packed[at]! : (packed[at >>> 1]! >>> (4 * (at & 1))) & 15;
      weights[to + i] = rowMost * shares[k]!;
    }
  };
}
