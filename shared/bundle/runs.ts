import type { Container } from './container.ts';
import { demand } from './error.ts';
import { narrow } from './narrow.ts';

/** Rows whose lengths are added up when a file is written. */
const BLOCK = 64;
const SHIFT = 6;

/**
 * Things of different lengths, end to end: a length a row, and a sum a block of 64 rows, so that a reader knows where any
 * row starts without having walked the rows before it. What it has found it keeps; nothing else grows with the rows.
 */
export interface Runs {
  readonly size: number;
  /** where a row starts; `start(size)` is where all end */
  start(row: number): number;
  length(row: number): number;
  /** The first half of a binary search: rows `low` to `high`, the last block whose first row `isBefore` holds for. */
  blockBy(isBefore: (row: number) => boolean): { readonly low: number; readonly high: number };
  /** `size + 1` long, made anew whenever it is asked for */
  offsets(): Uint32Array;
}

/** The sums of a section of lengths, in the narrowest width. */
export const sumSection = (lengths: ArrayLike<number>, each: Each = 'length'): Unsigned =>
  narrow(blockSums(lengths, each));

/** Whether a row counts with its length, or as one where it has any. */
type Each = 'length' | 'presence';

function blockSums(lengths: ArrayLike<number>, each: Each): Float64Array {
  const sums = new Float64Array(Math.ceil(lengths.length / BLOCK));
  for (let row = 0; row < lengths.length; row++) {
    const length = lengths[row]!;
    sums[row >>> SHIFT] = sums[row >>> SHIFT]! + (each === 'length' ? length : length > 0 ? 1 : 0);
  }
  return sums;
}

/** Names of the sections that hold lengths and sums. */
export interface RunSections {
  readonly lengths: string;
  readonly sums: string;
  readonly each?: Each;
}

/** @throws BundleError `section` where sizes disagree, `content` where the sums do not end at `total` */
export function readRuns(
  container: Container,
  { lengths: lengthsAt, sums: sumsAt, each = 'length' }: RunSections,
  { size, total }: { readonly size: number; readonly total: number },
): Runs {
  const lengths = unsignedSection(container, lengthsAt, size);
  const sums = unsignedSection(container, sumsAt, Math.ceil(size / BLOCK));
  const starts = new Uint32Array(sums.length + 1);
  let end = 0;
  for (let block = 0; block < sums.length; block++) {
    end += sums[block]!;
    starts[block + 1] = end;
  }
  demand(
    end === total,
    'content',
    () => `${lengthsAt}: found lengths that sum to ${end}, expected ${total}.`,
  );
  // Filled a block at a time: pages that nobody asks for are never touched.
  const found = new Uint32Array(size);
  const met = new Uint8Array(sums.length);
  const meet = (block: number): void => {
    met[block] = 1;
    let at = starts[block]!;
    const last = Math.min(size, (block + 1) * BLOCK);
    for (let row = block * BLOCK; row < last; row++) {
      found[row] = at;
      at += each === 'length' ? lengths[row]! : lengths[row]! > 0 ? 1 : 0;
    }
  };
  const start = (row: number): number => {
    if (row >= size) return end;
    if (met[row >>> SHIFT] === 0) {
      // A binary search asks blocks for their first rows alone.
      if ((row & (BLOCK - 1)) === 0) return starts[row >>> SHIFT]!;
      meet(row >>> SHIFT);
    }
    return found[row]!;
  };
  return {
    size,
    start,
    length: (row) => lengths[row]!,
    blockBy: (isBefore) => {
      let low = 0;
      let high = sums.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >>> 1;
        if (isBefore(middle * BLOCK)) low = middle;
        else high = middle - 1;
      }
      return { low: low * BLOCK, high: Math.min(size, (low + 1) * BLOCK) - 1 };
    },
    offsets: () => {
      const all = new Uint32Array(size + 1);
      for (let row = 0; row <= size; row++) all[row] = start(row);
      return all;
    },
  };
}

export type Unsigned = Uint8Array | Uint16Array | Uint32Array;

/** An unsigned section of whichever width it was written in. */
export function unsignedSection(container: Container, name: string, length?: number): Unsigned {
  for (const dtype of ['u8', 'u16'] as const)
    if (container.dtype(name) === dtype) return container.section(name, dtype, length);
  return container.section(name, 'u32', length);
}

/** @throws BundleError `content` where a block's lengths do not add up to its sum: what a reader would not notice */
export function checkRuns(container: Container, { lengths, sums, each = 'length' }: RunSections): void {
  const own = blockSums(unsignedSection(container, lengths), each);
  const said = unsignedSection(container, sums);
  const bad = own.findIndex((sum, block) => sum !== said[block]);
  demand(bad < 0, 'content', () => `${sums}: found ${said[bad]} at ${bad}, expected ${own[bad]}.`);
}
