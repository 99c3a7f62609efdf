import { NOTHING_RESOLVED, type Resolved } from './touches.ts';

/**
 * The funnel's working memory, made once an engine and used by one recommendation at a time. Nothing in it grows with
 * the catalogue but a number and two bits a row; the rest is as large as the candidates and the lists that were read.
 */
export interface Scratch {
  readonly eligible: Uint32Array;
  readonly merged: Uint32Array;
  readonly slots: Slots;
  readonly transitions: Accumulator;
  readonly boughtTogether: Accumulator;
  readonly taste: Accumulator;
  readonly basket: Accumulator;
  /** the shelf's anchors and their weights, among which new items' kin are looked up */
  readonly kin: Accumulator;
  readonly nearTransitions: Accumulator;
  /** row -> its index among the candidates, from 1; 0 where it is none */
  readonly places: Uint32Array;
  /** the candidates that have one */
  placed: Uint32Array;
  /** the shopper's own items and how fresh they are */
  readonly history: Accumulator;
  /** the shopper's categories and brands */
  readonly categories: NameTally;
  readonly brands: NameTally;
  /** the categories that retrieval goes by */
  readonly affinity: NameTally;
  readonly anchorCategories: NameTally;
  readonly columns: Columns;
  /** string id -> row, of the ids met lately */
  readonly rows: Map<string, number>;
  buckets: Uint16Array;
  /** the last shopper's interactions */
  resolved: Resolved;
}

/** Sizes of a release that its scratch depends on. */
export interface Extents {
  readonly items: number;
  readonly categories: number;
  readonly brands: number;
}

export function createScratch({ items, categories, brands }: Extents): Scratch {
  const words = Math.ceil(items / 32);
  const slots = new Slots(items);
  return {
    eligible: new Uint32Array(words),
    merged: new Uint32Array(words),
    slots,
    transitions: new Accumulator(slots),
    boughtTogether: new Accumulator(slots),
    taste: new Accumulator(slots),
    basket: new Accumulator(slots),
    kin: new Accumulator(slots),
    nearTransitions: new Accumulator(slots),
    places: new Uint32Array(items),
    placed: new Uint32Array(0),
    history: new Accumulator(slots),
    categories: new NameTally(categories),
    brands: new NameTally(brands),
    affinity: new NameTally(categories),
    anchorCategories: new NameTally(categories),
    columns: new Columns(),
    rows: new Map(),
    buckets: new Uint16Array(0),
    resolved: NOTHING_RESOLVED,
  };
}

/** What begins a recommendation: columns may be lent anew, and no row has a slot. */
export function beginScratch(scratch: Scratch): void {
  scratch.columns.reset();
  scratch.transitions.clear();
  scratch.boughtTogether.clear();
  scratch.taste.clear();
  scratch.basket.clear();
  scratch.kin.clear();
  scratch.nearTransitions.clear();
  scratch.history.clear();
  scratch.slots.clear();
}

/** Tells each candidate's index by its row, until others take their places. */
export function placeRows(scratch: Scratch, rows: Uint32Array): void {
  const { places, placed } = scratch;
  for (let i = 0; i < placed.length; i++) places[placed[i]!] = 0;
  for (let i = 0; i < rows.length; i++) places[rows[i]!] = i + 1;
  scratch.placed = rows;
}

/** Numbers the rows that lists have touched, from 1; 0 is every row that none has. */
export class Slots {
  readonly of: Uint32Array;
  readonly #held: Accumulator[] = [];
  #rows = new Uint32Array(1024);
  #size = 0;

  constructor(items: number) {
    this.of = new Uint32Array(items);
  }

  get room(): number {
    return this.#rows.length;
  }

  hold(accumulator: Accumulator): void {
    this.#held.push(accumulator);
  }

  /** Makes room for `more` rows that have no slot yet, in every accumulator: nothing grows until they have one. */
  reserve(more: number): void {
    const needed = this.#size + more + 1;
    if (needed <= this.#rows.length) return;
    const room = Math.max(needed, 2 * this.#rows.length);
    this.#rows = grown(this.#rows, new Uint32Array(room));
    for (const accumulator of this.#held) accumulator.grow(room);
  }

  /** Gives a row without a slot the next one; there must be room. */
  take(row: number): number {
    const slot = ++this.#size;
    this.#rows[slot] = row;
    this.of[row] = slot;
    return slot;
  }

  rowOf(slot: number): number {
    return this.#rows[slot]!;
  }

  clear(): void {
    for (let slot = 1; slot <= this.#size; slot++) this.of[this.#rows[slot]!] = 0;
    this.#size = 0;
  }
}

/** A sparse vector over all items, by slot; slot 0 stays 0. It is cleared by what was touched, not by its length. */
export class Accumulator {
  readonly slots: Slots;
  sum: Float32Array;
  most: Float32Array;
  count: Uint16Array;
  touched: Uint32Array;
  size = 0;

  constructor(slots: Slots) {
    this.slots = slots;
    this.sum = new Float32Array(slots.room);
    this.most = new Float32Array(slots.room);
    this.count = new Uint16Array(slots.room);
    this.touched = new Uint32Array(slots.room);
    slots.hold(this);
  }

  grow(room: number): void {
    this.sum = grown(this.sum, new Float32Array(room));
    this.most = grown(this.most, new Float32Array(room));
    this.count = grown(this.count, new Uint16Array(room));
    this.touched = grown(this.touched, new Uint32Array(room));
  }

  add(row: number, value: number): void {
    this.slots.reserve(1);
    const slot = this.slots.of[row]! || this.slots.take(row);
    if (this.count[slot] === 0) this.touched[this.size++] = slot;
    this.count[slot] = this.count[slot]! + 1;
    this.sum[slot] = this.sum[slot]! + value;
  }

  clear(): void {
    for (let i = 0; i < this.size; i++) {
      const slot = this.touched[i]!;
      this.sum[slot] = 0;
      this.most[slot] = 0;
      this.count[slot] = 0;
    }
    this.size = 0;
  }

  sumOf(row: number): number {
    return this.sum[this.slots.of[row]!]!;
  }
}

function grown<T extends Float32Array | Uint32Array | Uint16Array>(from: T, to: T): T {
  to.set(from as never);
  return to;
}

/** Decayed share, plain count and a mark by name (a category or a brand, 0 being "missing"), for the few that have one. */
export class NameTally {
  readonly share: Float64Array;
  readonly count: Float32Array;
  readonly marked: Float32Array;
  readonly names: number[] = [];

  constructor(names: number) {
    const size = Math.max(1, names);
    this.share = new Float64Array(size);
    this.count = new Float32Array(size);
    this.marked = new Float32Array(size);
  }

  /** "Missing" counts for nothing. */
  add(name: number, share: number): void {
    if (name <= 0) return;
    if (this.count[name] === 0) this.names.push(name);
    this.share[name] = this.share[name]! + share;
    this.count[name] = this.count[name]! + 1;
  }

  /** Only of names that were added. */
  mark(name: number): void {
    if (name > 0) this.marked[name] = 1;
  }

  clear(): void {
    for (const name of this.names) {
      this.share[name] = 0;
      this.count[name] = 0;
      this.marked[name] = 0;
    }
    this.names.length = 0;
  }
}

/** Columns of floats, a value a candidate, lent for one recommendation; what they held before is still in them. */
export class Columns {
  readonly #held: Float32Array[] = [];
  readonly #integers: Int32Array[] = [];
  readonly #rooms: Float32Array[] = [];
  #lent = 0;
  #given = 0;

  lend(length: number): Float32Array {
    const at = this.#lent++;
    const held = this.#held[at];
    if (held !== undefined && held.length === length) return held;
    const fits = held !== undefined && held.buffer.byteLength >= 4 * length;
    const buffer = fits ? held.buffer : new ArrayBuffer(4 * Math.ceil(length * 1.25));
    const column = new Float32Array(buffer as ArrayBuffer, 0, length);
    this.#held[at] = column;
    return column;
  }

  /** A lent column of integers. */
  integers(length: number): Int32Array {
    const { buffer } = this.lend(length);
    const held = this.#integers[this.#lent - 1];
    if (held?.buffer === buffer && held.length === length) return held;
    const column = new Int32Array(buffer, 0, length);
    this.#integers[this.#lent - 1] = column;
    return column;
  }

  /** A lent column that has room for `length` values or more: it stays one view while lengths change. */
  room(length: number): Float32Array {
    const at = this.#given++;
    const held = this.#rooms[at];
    if (held !== undefined && held.length >= length) return held;
    const column = new Float32Array(Math.ceil(length * 1.25));
    this.#rooms[at] = column;
    return column;
  }

  reset(): void {
    this.#lent = 0;
    this.#given = 0;
  }
}
