import { COLUMNS, type ColumnName, type Shard, type StoredColumn } from '../bundle/contract.ts';
import { ln } from '../kernel/math.ts';

/** What the funnel reads of an item. Categories and brands are indices, days count from 1970, `ln` is ln(1 + x). */
export const FACT = {
  category: 0,
  brand: 1,
  discount: 2,
  rating: 3,
  trend: 4,
  repeat: 5,
  margin: 6,
  addedDay: 7,
  promotedUntilDay: 8,
  popularity: 9,
  /** views and purchases */
  lnCount: 10,
  lnPopularity: 11,
  lnViews7: 12,
  lnPurchases7: 13,
  lnPurchases: 14,
  /** trend * ln(2 + views7 + purchases7) where the trend is positive, else 0: a rise needs numbers behind it */
  trendingScore: 15,
  views: 16,
  purchases: 17,
  place: 18,
  stage: 19,
  opens: 20,
  closes: 21,
  again: 22,
  kinTrend: 23,
} as const;
export type Fact = (typeof FACT)[keyof typeof FACT];

/**
 * Facts of every row, read where the file has them: a byte or two a row, and each different one is decoded once, when it
 * is first met. Opening a catalogue costs nothing then, and a column of a hundred thousand lies in the processor's cache.
 */
export class Facts {
  readonly items: number;
  readonly #readers: readonly Reader[];

  constructor(shard: Shard) {
    this.items = shard.items;
    const of = (name: ColumnName): StoredColumn => shard.stored(name) ?? ABSENT;
    const readers: Reader[] = [];
    for (const name of COLUMNS) if (isFact(name)) readers[FACT[name]] = readerOf(of(name));
    const lnOnePlus = (name: ColumnName) => readerOf(of(name), (value) => ln(1 + Math.max(0, value)));
    readers[FACT.lnPurchases] = lnOnePlus('purchases');
    readers[FACT.lnPopularity] = lnOnePlus('popularity');
    readers[FACT.lnViews7] = lnOnePlus('views7');
    readers[FACT.lnPurchases7] = lnOnePlus('purchases7');
    readers[FACT.lnCount] = new PairReader([of('views'), of('purchases')], (views, purchases) =>
      ln(1 + (Math.max(0, views) + purchases)),
    );
    readers[FACT.trendingScore] = new PairReader(
      [of('views7'), of('purchases7')],
      (views, bought) => ln(2 + views + bought),
      readers[FACT.trend],
    );
    this.#readers = readers;
  }

  of(fact: Fact, row: number): number {
    return this.#readers[fact]!.of(row);
  }

  /** One fact of the given rows. */
  pick(fact: Fact, rows: Uint32Array, out: Float32Array): Float32Array {
    return this.#readers[fact]!.pick(rows, out);
  }

  /** One fact of every row. */
  column(fact: Fact): Float32Array {
    return this.#readers[fact]!.all(new Float32Array(this.items));
  }
}

const isFact = (name: ColumnName): name is ColumnName & keyof typeof FACT => name in FACT;

export const ABSENT: StoredColumn = { codes: new Uint8Array(0), plain: true, worth: (code) => code };

/** Reads a fact of a row. */
export interface Reader {
  of(row: number): number;
  pick(rows: Uint32Array, out: Float32Array): Float32Array;
  all(out: Float32Array): Float32Array;
}

type Make = (code: number) => number;

/**
 * What a column's code is worth: itself, or an entry of a table that is made when it is first met. 0 is not met yet. One-
 * and two-byte codes are few enough to have an entry each, wider ones have one a row. Pages that nothing leads to are
 * never touched.
 */
class CodeReader implements Reader {
  readonly #codes: StoredColumn['codes'];
  readonly #table: Float32Array | undefined;
  readonly #few: boolean;
  readonly #make: Make | undefined;
  /** what code 0 is worth, the most frequent one: its value may be 0 */
  readonly #zero: number;

  constructor(codes: StoredColumn['codes'], make: Make | undefined) {
    this.#codes = codes;
    this.#make = make;
    this.#zero = make === undefined ? 0 : Math.fround(make(0));
    this.#few = codes.BYTES_PER_ELEMENT <= 2;
    const entries = this.#few ? 1 << (8 * codes.BYTES_PER_ELEMENT) : codes.length;
    this.#table = make === undefined ? undefined : new Float32Array(entries);
    if (this.#few && this.#table !== undefined) this.#table[0] = this.#zero;
  }

  of(row: number): number {
    const code = this.#codes[row] ?? 0;
    if (code === 0) return this.#zero;
    if (this.#table === undefined) return code;
    const at = this.#few ? code : row;
    // Rounded again so that engines know a number from what a call may return, and box none.
    return this.#table[at] || Math.fround(this.#meet(code, at));
  }

  pick(rows: Uint32Array, out: Float32Array): Float32Array {
    const codes = this.#codes;
    const table = this.#table;
    if (codes.length === 0) return out.fill(this.#zero, 0, rows.length);
    if (table === undefined) {
      for (let i = 0; i < rows.length; i++) out[i] = codes[rows[i]!]!;
      return out;
    }
    // What was not met yet is read as 0, and met after: a loop without calls makes no garbage.
    if (this.#few) for (let i = 0; i < rows.length; i++) out[i] = table[codes[rows[i]!]!]!;
    else for (let i = 0; i < rows.length; i++) out[i] = table[rows[i]!]!;
    for (let i = 0; i < rows.length; i++)
      if (out[i] === 0) out[i] = codes[rows[i]!] === 0 ? this.#zero : this.of(rows[i]!);
    return out;
  }

  all(out: Float32Array): Float32Array {
    for (let row = 0; row < out.length; row++) out[row] = this.of(row);
    return out;
  }

  #meet(code: number, at: number): number {
    const worth = Math.fround(this.#make!(code));
    this.#table![at] = worth;
    return worth;
  }
}

/** A column, or what is made of its values. */
export function readerOf({ codes, worth, plain }: StoredColumn, make?: (value: number) => number): Reader {
  if (make === undefined) return new CodeReader(codes, plain ? undefined : worth);
  return new CodeReader(codes, plain ? make : (code) => make(worth(code)));
}

/** What a row alone tells. */
export class RowReader implements Reader {
  readonly #byRow: (row: number) => number;

  constructor(byRow: (row: number) => number) {
    this.#byRow = byRow;
  }

  of(row: number): number {
    return Math.fround(this.#byRow(row));
  }

  pick(rows: Uint32Array, out: Float32Array): Float32Array {
    for (let i = 0; i < rows.length; i++) out[i] = this.#byRow(rows[i]!);
    return out;
  }

  all(out: Float32Array): Float32Array {
    for (let row = 0; row < out.length; row++) out[row] = this.#byRow(row);
    return out;
  }
}

type MakeOfTwo = (a: number, b: number) => number;

/**
 * What is made of two columns, times a third where one is given and positive, else 0; remembered where both have one-byte
 * codes.
 */
class PairReader implements Reader {
  readonly #codes: readonly [StoredColumn['codes'], StoredColumn['codes']];
  readonly #make: MakeOfTwo;
  readonly #times: Reader | undefined;
  /** by pair of codes; 0 is not met yet. In doubles: a product is rounded once. */
  readonly #table: Float64Array | undefined;

  constructor([a, b]: readonly [StoredColumn, StoredColumn], make: MakeOfTwo, times?: Reader) {
    this.#codes = [a.codes, b.codes];
    this.#make = (one, other) => make(a.worth(one), b.worth(other));
    this.#times = times;
    const isFew = a.codes.BYTES_PER_ELEMENT === 1 && b.codes.BYTES_PER_ELEMENT === 1;
    this.#table = isFew ? new Float64Array(65536) : undefined;
    if (this.#table !== undefined) this.#table[0] = this.#make(0, 0);
  }

  of(row: number): number {
    if (this.#times === undefined) return Math.fround(this.#pairOf(row));
    const times = this.#times.of(row);
    return times > 0 ? Math.fround(times * this.#pairOf(row)) : 0;
  }

  pick(rows: Uint32Array, out: Float32Array): Float32Array {
    const times = this.#times?.pick(rows, out);
    const [a, b] = this.#codes;
    const table = this.#table;
    const few = table !== undefined && a.length > 0 && b.length > 0;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      const share = times === undefined ? 1 : times[i]!;
      const pair = few ? 256 * a[row]! + b[row]! : -1;
      const known = few ? table[pair]! : 0;
      // What was not met yet is marked, and met after: a loop without calls makes no garbage.
      if (share > 0) out[i] = known !== 0 || pair === 0 ? share * known : Number.NaN;
      else out[i] = 0;
    }
    for (let i = 0; i < rows.length; i++) if (Number.isNaN(out[i]!)) out[i] = this.of(rows[i]!);
    return out;
  }

  all(out: Float32Array): Float32Array {
    for (let row = 0; row < out.length; row++) out[row] = this.of(row);
    return out;
  }

  #pairOf(row: number): number {
    const [a, b] = [this.#codes[0][row] ?? 0, this.#codes[1][row] ?? 0];
    if (this.#table === undefined) return this.#make(a, b);
    const known = this.#table[256 * a + b]!;
    return known !== 0 || a + b === 0 ? known : this.#meet(a, b);
  }

  #meet(a: number, b: number): number {
    const worth = this.#make(a, b);
    this.#table![256 * a + b] = worth;
    return worth;
  }
}
