import type { Interactions, SparseRows } from './contract.ts';

/** Where each item occurs: rows `offsets[i] .. offsets[i+1]` of `row` are interaction rows, ascending. */
export interface Occurrences {
  readonly offsets: Uint32Array;
  readonly row: Uint32Array;
}

export function occurrences(items: number, item: Uint32Array): Occurrences {
  const offsets = new Uint32Array(items + 1);
  for (let r = 0; r < item.length; r++) offsets[item[r]! + 1]!++;
  for (let i = 0; i < items; i++) offsets[i + 1]! += offsets[i]!;
  const next = offsets.slice(0, items);
  const row = new Uint32Array(item.length);
  for (let r = 0; r < item.length; r++) row[next[item[r]!]!++] = r;
  return { offsets, row };
}

/** The user of every interaction row. */
export function userOfRow({ users, offsets, item }: Interactions): Uint32Array {
  const user = new Uint32Array(item.length);
  for (let u = 0; u < users; u++) user.fill(u, offsets[u]!, offsets[u + 1]!);
  return user;
}

/**
 * One row of a sparse matrix at a time: weights add up, and the number of different histories behind each entry is
 * counted, so that a pair that only one person made never leaves the shop.
 */
export class RowAccumulator {
  readonly #weight: Float64Array;
  readonly #support: Uint32Array;
  readonly #lastHistory: Int32Array;
  #touched: number[] = [];

  constructor(items: number) {
    this.#weight = new Float64Array(items);
    this.#support = new Uint32Array(items);
    this.#lastHistory = new Int32Array(items).fill(-1);
  }

  /** @param history histories must be added one after another, not interleaved */
  add(item: number, weight: number, history: number): void {
    if (this.#lastHistory[item] !== history) {
      if (this.#support[item] === 0) this.#touched.push(item);
      this.#lastHistory[item] = history;
      this.#support[item]!++;
    }
    this.#weight[item]! += weight;
  }

  /** The row's entries with enough support, heaviest first (ties: lower item first); then the row is empty again. */
  take(keep: RowCut): { ids: number[]; weights: number[] } {
    const entries: { id: number; weight: number }[] = [];
    for (const id of this.#touched) {
      const weight = keep.weigh(id, this.#weight[id]!, this.#support[id]!);
      if (this.#support[id]! >= keep.minSupport && weight > 0) entries.push({ id, weight });
      this.#weight[id] = 0;
      this.#support[id] = 0;
      this.#lastHistory[id] = -1;
    }
    this.#touched = [];
    entries.sort((a, b) => b.weight - a.weight || a.id - b.id);
    if (entries.length > keep.most) entries.length = keep.most;
    return { ids: entries.map(({ id }) => id), weights: entries.map(({ weight }) => weight) };
  }
}

export interface RowCut {
  /** least number of different histories behind an entry */
  readonly minSupport: number;
  /** most entries kept */
  readonly most: number;
  /** final weight of an entry from its sum and its support; 0 or less drops it */
  weigh(id: number, sum: number, support: number): number;
}

/** Collects rows 0, 1, 2 ... into SparseRows. */
export function collectRows(
  items: number,
  row: (index: number) => { ids: number[]; weights: number[] },
): SparseRows {
  const offsets = new Uint32Array(items + 1);
  // Typed and doubled when full: lists of a large catalogue are a hundred million entries on the way.
  let ids = new Uint32Array(Math.max(1024, 8 * items));
  let weights = new Float32Array(ids.length);
  let count = 0;
  for (let i = 0; i < items; i++) {
    const made = row(i);
    if (count + made.ids.length > ids.length) {
      const room = Math.max(2 * ids.length, count + made.ids.length);
      ids = grown(ids, new Uint32Array(room));
      weights = grown(weights, new Float32Array(room));
    }
    ids.set(made.ids, count);
    weights.set(made.weights, count);
    count += made.ids.length;
    offsets[i + 1] = count;
  }
  return { items, offsets, ids: ids.slice(0, count), weights: weights.slice(0, count) };
}

function grown<T extends Uint32Array | Float32Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
