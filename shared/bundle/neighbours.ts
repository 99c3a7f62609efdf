import { encodeContainer, type SectionArray } from './container.ts';
import { demand } from './error.ts';
import { toHalf } from './float16.ts';
import { largest, narrow } from './narrow.ts';
import {
  MOST_CUT,
  NEIGHBOURS_VERSION,
  type NeighboursMeta,
  openNeighbours,
  planes,
} from './neighbour-lists.ts';
import { sumSection } from './runs.ts';

export { checkNeighbours, decodeNeighbours } from './neighbour-lists.ts';

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

/**
 * A row keeps its `cut` largest positive weights. A weight is k = round((2^bits - 1) sqrt(w / rowmax)), 1 at least,
 * and the row's maximum a half; lists are stored best first (k descending, id ascending), which is the decoded order.
 * Sections: `count` a row, `sums` and `filled` of them a block (see `Runs`), `most` (halves, of rows that have entries), `weights`, `pairs` where given, and ids as planes, `ids.0` their lowest
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
    sums: sumSection(counts),
    filled: sumSection(counts, 'presence'),
    most: Uint16Array.from(halves),
    ...planesOf(ids, rows.items),
    weights: bits === 8 ? Uint8Array.from(weights) : packNibbles(weights),
    ...(rows.pairs ? { pairs: Uint8Array.from(pairs) } : {}),
  };
  return encodeContainer({ kind: 'neighbours', version: NEIGHBOURS_VERSION, meta, sections });
}

/** How a file was packed, so that a part of it is packed alike. */
export function neighbourOptions(bytes: Uint8Array): NeighbourOptions {
  const { cut, bits } = openNeighbours(bytes).meta;
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
